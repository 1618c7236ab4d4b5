import {
  InvoiceKind as InvoiceKindMessage,
  type Invoice as InvoiceMessage,
  type OrderRefund,
  RefundStatus as RefundStatusMessage,
  type Return as ReturnMessage,
  ReturnStatus as ReturnStatusMessage,
} from '@vici/proto-gen/order';
import type { Money } from '@vici/utils/domain';
import { type Invoice, invoiceNumber } from '../domain/invoice.js';
import type { Refund } from '../domain/refund.js';
import { RETURN_STATUSES, type Return, type ReturnStatus } from '../domain/return.entity.js';

function money({ minor, currency }: Money): { minor: bigint; currency: string } {
  return { minor, currency };
}

/** Undefined: all. */
export function toReturnStatus(message: ReturnStatusMessage): ReturnStatus | undefined {
  return RETURN_STATUSES.find((candidate) => ReturnStatusMessage[candidate] === message);
}

export function toReturnMessage({ state }: Return): ReturnMessage {
  const { id, orderId, orderNumber, userId, reason, note, createdAt, updatedAt } = state;
  return {
    id,
    orderId,
    orderNumber,
    userId,
    status: ReturnStatusMessage[state.status],
    reason,
    note,
    lines: state.lines.map((line) => ({ ...line })),
    value: money(state.value),
    refunded: state.refunded === undefined ? undefined : money(state.refunded),
    createdAt,
    updatedAt,
  };
}

export function toRefundMessage(refund: Refund): OrderRefund {
  const { id, reason, returnId, createdAt } = refund;
  return {
    id,
    amount: money(refund.amount),
    reason,
    status: RefundStatusMessage[refund.status],
    restock: refund.restock.map((line) => ({ ...line })),
    returnId,
    createdAt,
  };
}

export function toInvoiceMessage(invoice: Invoice): InvoiceMessage {
  const { id, kind, total, issuedAt } = invoice;
  return {
    id,
    number: invoiceNumber(invoice),
    kind: InvoiceKindMessage[kind],
    total: money(total),
    issuedAt,
  };
}
