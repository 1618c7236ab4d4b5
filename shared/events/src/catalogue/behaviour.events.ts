import { z } from 'zod';
import { defineEvent, id } from './event-definition.js';
import type { Topic } from './topics.js';

export const BEHAVIOUR_TYPES = [
  'page_view',
  'product_view',
  'product_click',
  'add_to_cart',
  'remove_from_cart',
  'checkout_start',
  'checkout_complete',
  'purchase',
  'search',
  'category_view',
  'wishlist_add',
  'wishlist_remove',
  'recommendation_view',
] as const;
export type BehaviourType = (typeof BEHAVIOUR_TYPES)[number];

const known: ReadonlySet<unknown> = new Set(BEHAVIOUR_TYPES);

/** Whether this names a type of behaviour. */
export function isBehaviourType(type: unknown): type is BehaviourType {
  return known.has(type);
}

const text = (max: number) => z.string().min(1).max(max);

/**
 * Fields of a behaviour event (what the storefront sends and what the behaviour topics carry).
 * `timestamp` is event time in milliseconds since the epoch; `price` is in minor units of the shop's currency.
 */
export const behaviourFields = z.object({
  userId: id.optional(),
  sessionId: text(64),
  timestamp: z.int().positive(),
  productId: id.optional(),
  variantId: id.optional(),
  categoryId: id.optional(),
  price: z.number().nonnegative().optional(),
  quantity: z.int().min(1).max(10_000).optional(),
  position: z.int().min(0).max(100_000).optional(),
  source: text(64).optional(),
  query: text(500).optional(),
  resultsCount: z.int().nonnegative().optional(),
  resultProductIds: z.array(id).max(100).optional(),
  recommendationId: text(128).optional(),
  /** When the shop took the event in, milliseconds since the epoch; set by event-service, never by a client. */
  receivedAt: z.int().positive().optional(),
  /** Sent by a program and not a person, judged by its user agent or its rate: to be left out of what people like. */
  bot: z.boolean().optional(),
  metadata: z.record(z.string().max(64), z.union([z.string().max(500), z.number(), z.boolean()])).optional(),
});

/** A behaviour event names its product wherever the type is about one. */
const aboutProduct = behaviourFields.required({ productId: true });

function behaviour<const Type extends BehaviourType, Fields extends z.ZodRawShape>(
  type: Type,
  fields: z.ZodObject<Fields>,
  ...special: Topic[]
) {
  return defineEvent({
    type,
    topics: ['user-events', ...special],
    source: 'event-service',
    version: 1,
    schema: fields.extend({ eventType: z.literal(type) }),
  });
}

export const behaviourEvents = {
  page_view: behaviour('page_view', behaviourFields),
  product_view: behaviour('product_view', aboutProduct, 'product-views'),
  product_click: behaviour('product_click', aboutProduct, 'product-views'),
  add_to_cart: behaviour('add_to_cart', aboutProduct, 'cart-events'),
  remove_from_cart: behaviour('remove_from_cart', aboutProduct, 'cart-events'),
  checkout_start: behaviour('checkout_start', behaviourFields),
  checkout_complete: behaviour('checkout_complete', behaviourFields),
  purchase: behaviour('purchase', aboutProduct, 'purchase-events'),
  search: behaviour('search', behaviourFields.required({ query: true }), 'search-events'),
  category_view: behaviour('category_view', behaviourFields.required({ categoryId: true })),
  wishlist_add: behaviour('wishlist_add', aboutProduct),
  wishlist_remove: behaviour('wishlist_remove', aboutProduct),
  /** A list of recommendations was shown: `resultProductIds` are its products. */
  recommendation_view: behaviour('recommendation_view', behaviourFields.required({ recommendationId: true })),
};
