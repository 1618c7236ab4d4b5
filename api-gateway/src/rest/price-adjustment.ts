import { AdjustmentType, type PriceAdjustment } from '@vici/proto-gen/common';
import { z } from 'zod';
import { toDecimal } from './money.js';
import { amount } from './shapes.js';

const TYPES = ['BASE', 'PROMOTION', 'ROUNDING', 'SHIPPING', 'TAX'] as const;

/** One entry of what a total is made of. */
export const adjustmentShape = z
  .object({
    type: z.enum(TYPES),
    amount: amount.describe('Negative where something is taken off.'),
    description: z.string(),
    promotionId: z.uuid().optional(),
    couponCode: z.string().optional(),
    included: z.boolean().describe('Part of another amount already: shown, not added.'),
  })
  .meta({
    id: 'PriceAdjustment',
    description: 'The entries that are not included sum to the total they explain.',
  });

/** @throws Error for an entry of a type the contract does not know */
export function toAdjustment(entry: PriceAdjustment): z.output<typeof adjustmentShape> {
  const type = TYPES.find((candidate) => AdjustmentType[candidate] === entry.type);
  if (type === undefined) {
    throw new Error(`An answer holds the unknown adjustment type ${entry.type}`);
  }
  const { description, promotionId, couponCode, included } = entry;
  return { type, amount: toDecimal(entry.amount), description, promotionId, couponCode, included };
}
