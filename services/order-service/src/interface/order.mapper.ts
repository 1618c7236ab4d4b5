import { type PriceAdjustment as AdjustmentMessage, AdjustmentType } from '@vici/proto-gen/common';
import type {
  OrderAddress as AddressMessage,
  CheckoutPaymentIntent,
  ConfirmResponse,
  ListOrdersResponse,
  OrderHistoryEntry,
  OrderItem,
  Order as OrderMessage,
  Quote,
  QuoteLine,
} from '@vici/proto-gen/order';
import { OrderStatus as StatusMessage } from '@vici/proto-gen/order';
import type { Money } from '@vici/utils/domain';
import type { CheckoutLine } from '../application/checkout/checkout-lines.js';
import type { OrderPage } from '../application/ports/order.repository.js';
import type { PaymentIntent } from '../application/ports/payments.port.js';
import type { HistoryEntry, Order } from '../domain/order.entity.js';
import type { OrderAddress, OrderLine } from '../domain/order-content.js';
import { ORDER_STATUSES, type OrderStatus } from '../domain/order-status.js';
import type { PriceAdjustment } from '../domain/pricing/price-adjustment.js';
import type { PricedOrder } from '../domain/pricing/price-order.js';
import type { SagaRecord } from '../domain/saga-record.js';

interface MoneyMessage {
  minor: bigint;
  currency: string;
}

function money({ minor, currency }: Money): MoneyMessage {
  return { minor, currency };
}

/** The status of a list's filter. Undefined: all. */
export function toStatus(status: StatusMessage): OrderStatus | undefined {
  return ORDER_STATUSES.find((candidate) => StatusMessage[candidate] === status);
}

export function toQuote(price: PricedOrder<CheckoutLine>): Quote {
  return {
    items: price.lines.map(toQuoteLine),
    subtotal: money(price.subtotal),
    shipping: money(price.shipping),
    tax: money(price.tax),
    discount: money(price.discount),
    total: money(price.total),
    savings: money(price.savings),
    adjustments: price.adjustments.map(toAdjustment),
    taxIncluded: price.taxIncluded,
    shippingMethod: price.shippingMethod,
    shippingMethods: price.shippingOptions.map(({ code, name, days: [leastDays, mostDays], ...option }) => ({
      code,
      name,
      price: money(option.price),
      leastDays,
      mostDays,
    })),
  };
}

function toQuoteLine(line: PricedOrder<CheckoutLine>['lines'][number]): QuoteLine {
  const { productId, variantId, name, sku, quantity } = line;
  return {
    productId,
    variantId,
    name,
    sku,
    quantity,
    unitPrice: money(line.unitPrice),
    totalPrice: money(line.totalPrice),
    discount: money(line.discount),
    adjustments: line.adjustments.map(toAdjustment),
  };
}

const ADJUSTMENT_TYPES: Readonly<Record<PriceAdjustment['type'], AdjustmentType>> = {
  base: AdjustmentType.BASE,
  promotion: AdjustmentType.PROMOTION,
  rounding: AdjustmentType.ROUNDING,
  shipping: AdjustmentType.SHIPPING,
  tax: AdjustmentType.TAX,
};

function toAdjustment({ type, amount, included = false, ...entry }: PriceAdjustment): AdjustmentMessage {
  const { description, promotionId, couponCode } = entry;
  const kind = ADJUSTMENT_TYPES[type];
  return { type: kind, amount: money(amount), description, promotionId, couponCode, included };
}

export function toPaymentIntent(intent: PaymentIntent): CheckoutPaymentIntent {
  return {
    id: intent.id,
    clientSecret: intent.clientSecret,
    amount: money(intent.amount),
    status: intent.status === 'cancelled' ? 'failed' : intent.status,
  };
}

export function toConfirmResponse(saga: SagaRecord): ConfirmResponse {
  return {
    orderId: saga.orderId,
    paymentId: saga.paymentIntentId,
    status: 'success',
    total: money(saga.context.content.total),
    message: 'Your order is confirmed.',
  };
}

export function toOrderMessage({ state }: Order): OrderMessage {
  const { content } = state;
  return {
    id: state.id,
    number: state.number,
    userId: state.userId,
    items: content.lines.map(toItem),
    subtotal: money(content.subtotal),
    shipping: money(content.shipping),
    tax: money(content.tax),
    discount: money(content.discount),
    total: money(content.total),
    status: StatusMessage[state.status],
    shippingAddress: toAddress(content.shippingAddress),
    billingAddress: content.billingAddress === undefined ? undefined : toAddress(content.billingAddress),
    paymentMethod: content.paymentMethod,
    paymentId: state.paymentId,
    tracking: state.tracking,
    createdAt: state.placedAt,
    updatedAt: state.updatedAt,
    couponCode: content.couponCode,
    taxIncluded: content.taxIncluded,
    shippingMethod: content.shippingMethod,
    refunded: money(state.refunded),
  };
}

/** As the shop's staff see it. */
export function toStaffOrder(order: Order): OrderMessage {
  return { ...toOrderMessage(order), email: order.state.content.email };
}

export function toOrderPage(
  { items, page, limit, total, totalIsEstimate }: OrderPage,
  toMessage: (order: Order) => OrderMessage,
): ListOrdersResponse {
  return {
    orders: items.map(toMessage),
    page: { page, limit, total: BigInt(total), totalIsEstimate },
  };
}

export function toHistoryMessage({ status, note, updatedBy, at }: HistoryEntry): OrderHistoryEntry {
  return { status: StatusMessage[status], note, updatedBy, timestamp: at };
}

function toAddress({ id, postal }: OrderAddress): AddressMessage {
  return { id, postal };
}

function toItem(line: OrderLine): OrderItem {
  const { id, productId, variantId, name, image, sku, quantity, backordered } = line;
  return {
    id,
    productId,
    variantId,
    name,
    image,
    sku,
    quantity,
    backordered,
    unitPrice: money(line.unitPrice),
    totalPrice: money(line.totalPrice),
    discount: money(line.discount),
    reductions: line.reductions.map(toAdjustment),
    tax: money(line.tax),
  };
}
