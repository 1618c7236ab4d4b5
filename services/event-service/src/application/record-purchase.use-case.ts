import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '@vici/database';
import { createEvent, EventPublisher, type OrderSnapshot } from '@vici/events';
import { Clock, deterministicId, isUuid } from '@vici/utils';
import type { BehaviourEvent } from './check-event.js';
import { DerivedIds } from './ports.js';

/** An order that is paid for, and when it was. */
export interface ConfirmedOrder {
  readonly order: OrderSnapshot;
  readonly confirmedAt: Date;
}

/** Makes the behaviour events of confirmed orders: a purchase of each line, then the end of the checkout. */
@Injectable()
export class RecordPurchase {
  constructor(
    private readonly taken: DerivedIds,
    private readonly events: EventPublisher,
    private readonly unitOfWork: UnitOfWork,
    private readonly clock: Clock,
  ) {}

  /** The ids follow from the order and its lines: an order told twice counts once. */
  async execute(confirmed: readonly ConfirmedOrder[]): Promise<void> {
    const now = this.clock.now();
    const events = confirmed.flatMap((one) => behaviourOf(one, now));
    await this.unitOfWork.transaction(async () => {
      const fresh = await this.taken.take(
        events.map(({ id }) => id),
        now,
      );
      await this.events.publish(...events.filter(({ id }) => fresh.has(id)));
    });
  }
}

function behaviourOf({ order, confirmedAt }: ConfirmedOrder, receivedAt: Date): BehaviourEvent[] {
  const { orderId, userId, total } = order;
  const shopper = {
    userId,
    sessionId: sessionOf(order),
    timestamp: confirmedAt.getTime(),
    receivedAt: receivedAt.getTime(),
  };
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
  return [...purchases, completed];
}

/** The session in which it was ordered; an order placed outside of any is a session of its own. */
function sessionOf({ orderId, shopperSessionId }: OrderSnapshot): string {
  return shopperSessionId !== undefined && isUuid(shopperSessionId)
    ? shopperSessionId.toLowerCase()
    : `order:${orderId}`;
}
