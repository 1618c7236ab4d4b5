import { Injectable } from '@nestjs/common';
import { createEvent, type OrderSnapshot } from '@vici/events';
import { deterministicId, isUuid } from '@vici/utils';
import type { BehaviourEvent } from './check-event.js';
import { EventRecorder } from './event-recorder.js';

/** Makes the behaviour events of a confirmed order: a purchase of each line, then the end of the checkout. */
@Injectable()
export class RecordPurchase {
  constructor(private readonly recorder: EventRecorder) {}

  /** The ids follow from the order and its lines: an order told twice counts once. */
  async execute(order: OrderSnapshot, confirmedAt: Date): Promise<void> {
    const { orderId, userId, total } = order;
    const shopper = { userId, sessionId: sessionOf(order), timestamp: confirmedAt.getTime() };
    const purchases = order.items.map((line) =>
      createEvent('purchase', {
        id: deterministicId('purchase', orderId, line.orderItemId),
        subject: userId,
        time: confirmedAt,
        data: {
          ...shopper,
          eventType: 'purchase',
          productId: line.productId,
          ...(line.variantId !== undefined && { variantId: line.variantId }),
          ...(line.categoryId !== undefined && { categoryId: line.categoryId }),
          price: line.unitPrice.amountMinor,
          quantity: line.quantity,
          metadata: { orderId, currency: line.unitPrice.currency },
        },
      }),
    );
    const completed = createEvent('checkout_complete', {
      id: deterministicId('checkout_complete', orderId),
      subject: userId,
      time: confirmedAt,
      data: {
        ...shopper,
        eventType: 'checkout_complete',
        price: total.amountMinor,
        metadata: { orderId, currency: total.currency },
      },
    });
    const events: BehaviourEvent[] = [...purchases, completed];
    await this.recorder.record(events, {});
  }
}

/** The session in which it was ordered; an order placed outside of any is a session of its own. */
function sessionOf({ orderId, shopperSessionId }: OrderSnapshot): string {
  return shopperSessionId !== undefined && isUuid(shopperSessionId)
    ? shopperSessionId.toLowerCase()
    : `order:${orderId}`;
}
