import type { DomainEvent } from '@vici/events';
import type { Attributable } from '../application/attribution.js';
import type { Basket } from '../application/basket.repository.js';
import type { InteractionKind } from '../domain/interaction.js';

/** The behaviour that shows interest in a product. The other types on the topic say nothing about a single product. */
const KIND_OF = {
  product_view: 'view',
  product_click: 'view',
  wishlist_add: 'cart',
  add_to_cart: 'cart',
  purchase: 'purchase',
} as const satisfies Readonly<Record<string, InteractionKind>>;

/** A behaviour event that is about one product. */
export type InterestEvent = DomainEvent<keyof typeof KIND_OF>;

/** What the event says about the shopper's interest. */
export function interactionOf({ id, type, data }: InterestEvent): Attributable {
  const { userId, sessionId, productId, timestamp, recommendationId } = data;
  return {
    eventId: id,
    ...(userId !== undefined && { userId }),
    sessionId,
    productId,
    kind: KIND_OF[type],
    at: timestamp,
    ...(recommendationId !== undefined && { recommendationId }),
  };
}

/** The lines of one order arrive as one event each: same shopper, same moment. */
export function basketsOf(events: readonly InterestEvent[]): Basket[] {
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
