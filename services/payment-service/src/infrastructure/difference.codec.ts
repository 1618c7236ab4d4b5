import { Money } from '@vici/utils';
import { z } from 'zod';
import type { DifferenceKind, PaymentDifference } from '../domain/payment-difference.js';

const KINDS = [
  'capture_not_recorded',
  'recorded_without_capture',
  'captured_amount',
  'paid_without_record',
  'refund_not_recorded',
  'refund_missing_at_provider',
  'cancel_not_recorded',
  'paid_without_order',
  'order_without_payment',
  'order_amount',
  'ledger',
] as const satisfies readonly DifferenceKind[];

const money = z
  .object({ minor: z.string().regex(/^-?\d{1,18}$/), currency: z.string().length(3) })
  .transform(({ minor, currency }) => Money.of(BigInt(minor), currency));

const differences = z.array(
  z.object({
    kind: z.enum(KINDS),
    intentId: z.string().exactOptional(),
    providerIntentId: z.string().exactOptional(),
    orderId: z.string().exactOptional(),
    ours: money.exactOptional(),
    theirs: money.exactOptional(),
    healed: z.boolean(),
    note: z.string(),
  }),
);

/** Differences as JSON, for the report in the database. */
export function encodeDifferences(list: readonly PaymentDifference[]): string {
  return JSON.stringify(list, (_, field: unknown) =>
    field instanceof Money ? { minor: field.minor.toString(), currency: field.currency } : field,
  );
}

/** Differences read back from the database. */
export function decodeDifferences(value: unknown): PaymentDifference[] {
  return differences.parse(value);
}
