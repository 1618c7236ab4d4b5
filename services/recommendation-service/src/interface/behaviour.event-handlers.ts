import { Injectable } from '@nestjs/common';
import { type DomainEvent, OnEventBatch } from '@vici/events';
import type { Basket } from '../application/basket.repository.js';
import { RecordBehaviour } from '../application/record-behaviour.use-case.js';
import type { Interaction, InteractionKind } from '../domain/interaction.js';

/** The behaviour that shows interest in a product. The other types on the topic say nothing about a single product. */
const KIND_OF = {
  product_view: 'view',
  product_click: 'view',
  wishlist_add: 'cart',
  add_to_cart: 'cart',
  purchase: 'purchase',
} as const satisfies Readonly<Record<string, InteractionKind>>;

type InterestEvent = DomainEvent<keyof typeof KIND_OF>;

/** Feeds what shoppers do to the index. */
@Injectable()
export class BehaviourEventHandlers {
  constructor(private readonly behaviour: RecordBehaviour) {}

  @OnEventBatch(
    { topics: ['user-events'], maxBatch: 200 },
    'product_view',
    'product_click',
    'wishlist_add',
    'add_to_cart',
    'purchase',
  )
  async behaviourEvents(events: InterestEvent[]): Promise<void> {
    await this.behaviour.execute({
      interactions: events.map(toInteraction),
      purchases: toBaskets(events),
      acceptedAt: Math.min(...events.map(({ time }) => Date.parse(time))),
    });
  }
}

function toInteraction({ id, type, data }: InterestEvent): Interaction {
  const { userId, sessionId, productId, timestamp } = data;
  return {
    eventId: id,
    ...(userId !== undefined && { userId }),
    sessionId,
    productId,
    kind: KIND_OF[type],
    at: timestamp,
  };
}

/** The lines of one order arrive as one event each: same shopper, same moment. */
function toBaskets(events: readonly InterestEvent[]): Basket[] {
  const purchases = events.filter((event) => event.type === 'purchase');
  const byOrder = Map.groupBy(purchases, ({ data }) => basketId(data));
  return [...byOrder].map(([id, lines]) => {
    const [first] = lines;
    return {
      id,
      boughtAt: new Date(first?.data.timestamp ?? 0),
      ...(first?.data.userId !== undefined && { customer: first.data.userId }),
      lines: lines.map(({ data }) => ({ productId: data.productId, quantity: data.quantity ?? 1 })),
    };
  });
}

function basketId({ metadata, userId, sessionId, timestamp }: DomainEvent<'purchase'>['data']): string {
  const orderId = metadata?.['orderId'];
  return typeof orderId === 'string' ? `order:${orderId}` : `order:${userId ?? sessionId}:${timestamp}`;
}
