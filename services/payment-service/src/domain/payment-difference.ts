import type { Money } from '@vici/utils/domain';
import type { PaymentIntent } from './payment-intent.js';
import type { ProviderTransaction } from './provider-intent.js';

/** In what way two books can disagree about a payment. */
export type DifferenceKind =
  /** The provider took the money; here it is not taken. Healed: it is recorded. */
  | 'capture_not_recorded'
  /** Here it is taken; the provider took nothing. */
  | 'recorded_without_capture'
  /** Both took it, not the same amount. */
  | 'captured_amount'
  /** The provider holds money for a payment that is unknown here. */
  | 'paid_without_record'
  /** The provider gave more back than is recorded. Healed: its refunds are recorded. */
  | 'refund_not_recorded'
  /** More is recorded as given back than the provider gave. */
  | 'refund_missing_at_provider'
  /** Ended at the provider, open here. Healed: it is ended here. */
  | 'cancel_not_recorded'
  /** Money is kept and no order stands for it. Healed: refunded where its order was cancelled, else told again. */
  | 'paid_without_order'
  /** An order counts as paid and its payment does not. */
  | 'order_without_payment'
  /** The order and its payment are not of the same amount. */
  | 'order_amount'
  /** The ledger of the payment does not say what the payment says. */
  | 'ledger';

/** One point in which two books disagree. */
export interface PaymentDifference {
  readonly kind: DifferenceKind;
  readonly intentId?: string;
  readonly providerIntentId?: string;
  readonly orderId?: string;
  /** What the payments here say, and what the other book does. */
  readonly ours?: Money;
  readonly theirs?: Money;
  readonly healed: boolean;
  /** What was done about it, or why nothing was. */
  readonly note: string;
}

/** A difference that nobody has tried to heal. */
export type FoundDifference = Omit<PaymentDifference, 'healed' | 'note'>;

/** In what the payment here differs from the one in the provider's books. */
export function differencesOf(
  intent: PaymentIntent | undefined,
  { intent: theirs, refunded }: ProviderTransaction,
): FoundDifference[] {
  const taken = theirs.status === 'succeeded';
  if (intent === undefined) {
    const kept = taken && refunded.compare(theirs.captured) < 0;
    if (!kept) return [];
    return [{ kind: 'paid_without_record', providerIntentId: theirs.id, theirs: theirs.captured }];
  }
  const about = { ...subjectOf(intent), ours: intent.captured, theirs: theirs.captured };
  if (!taken) {
    if (intent.status === 'SUCCEEDED') return [{ kind: 'recorded_without_capture', ...about }];
    const ended = theirs.status === 'cancelled' && intent.status !== 'CANCELLED';
    return ended ? [{ kind: 'cancel_not_recorded', ...about }] : [];
  }
  if (intent.status !== 'SUCCEEDED') return [{ kind: 'capture_not_recorded', ...about }];
  const amounts: FoundDifference[] = theirs.captured.equals(intent.captured)
    ? []
    : [{ kind: 'captured_amount', ...about }];
  return [...amounts, ...refundDifferences(intent, refunded)];
}

function refundDifferences(intent: PaymentIntent, refunded: Money): FoundDifference[] {
  const order = refunded.compare(intent.refunded);
  if (order === 0) return [];
  const kind = order > 0 ? 'refund_not_recorded' : 'refund_missing_at_provider';
  return [{ kind, ...subjectOf(intent), ours: intent.refunded, theirs: refunded }];
}

/** What a difference says of its payment. */
export function subjectOf({
  id,
  providerIntentId,
  orderId,
}: PaymentIntent): Pick<FoundDifference, 'intentId' | 'providerIntentId' | 'orderId'> {
  return {
    intentId: id,
    ...(providerIntentId !== undefined && { providerIntentId }),
    ...(orderId !== undefined && { orderId }),
  };
}
