import { deterministicId, isDomainError } from '@vici/utils/domain';
import { isDone, type SagaRecord } from '../../../domain/saga-record.js';
import type { Payments } from '../../ports/payments.port.js';

/** Names the one going-back of an order's money and goods, however often and from wherever it is asked for. */
export function cancelReference(orderId: string): string {
  return `cancel:${orderId}`;
}

/** Gives all of the order's money back, once; gives the refund's id. */
export async function refundOrder(payments: Payments, saga: SagaRecord): Promise<string> {
  const reference = cancelReference(saga.orderId);
  const reason = saga.outcome?.reason ?? 'order cancelled';
  try {
    // Without an order nothing else would tell the shopper of it.
    return isDone(saga, 'create-order')
      ? await payments.refund(saga.paymentIntentId, reference, reason)
      : await payments.refundUntold(saga.paymentIntentId, reference, reason);
  } catch (error) {
    // Nothing is left to give back: somebody has refunded it by hand.
    if (isDomainError(error, 'LIMIT_EXCEEDED')) {
      return deterministicId('refund', reference);
    }
    throw error;
  }
}
