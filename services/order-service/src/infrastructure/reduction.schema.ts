import type { Money } from '@vici/utils/domain';
import { z } from 'zod';
import type { Reduction } from '../domain/pricing/price-adjustment.js';

/** What a line's discount is made of as jsonb keeps it: amounts in minor units, as digits, which nobody rounds. */
export const reductionsSchema = z.array(
  z.object({
    type: z.enum(['promotion', 'rounding']),
    amount: z.string().regex(/^-?\d{1,19}$/),
    description: z.string(),
    promotionId: z.string().optional(),
    couponCode: z.string().optional(),
  }),
);
type StoredReductions = z.infer<typeof reductionsSchema>;

/** As the column keeps them. */
export function fromReductions(reductions: readonly Reduction[]): StoredReductions {
  return reductions.map(({ type, amount, description, promotionId, couponCode }) => ({
    type,
    amount: amount.minor.toString(),
    description,
    promotionId,
    couponCode,
  }));
}

/** As the domain knows them. @param money makes an amount of minor units, in the currency of the line */
export function toReductions(stored: StoredReductions, money: (minor: bigint) => Money): Reduction[] {
  return stored.map(({ type, amount, description, promotionId, couponCode }) => ({
    type,
    amount: money(BigInt(amount)),
    description,
    ...(promotionId === undefined ? {} : { promotionId }),
    ...(couponCode === undefined ? {} : { couponCode }),
  }));
}
