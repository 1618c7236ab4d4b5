/** What the bus needs to know to create a topic. */
export interface TopicSettings {
  readonly partitions: number;
  readonly retentionMs: number;
}

const DAY_MS = 86_400_000;
const behaviour: TopicSettings = { partitions: 6, retentionMs: 7 * DAY_MS };
const domain: TopicSettings = { partitions: 3, retentionMs: 30 * DAY_MS };
const privacy: TopicSettings = { partitions: 3, retentionMs: DAY_MS };
const audit: TopicSettings = { partitions: 1, retentionMs: 90 * DAY_MS };

/**
 * Every topic of Vici. The behaviour topics are read by the machine-learning team: their names are fixed.
 * A topic `T` has a dead-letter topic `T.dlq`, see {@link deadLetterTopic}.
 */
export const TOPICS = {
  'user-events': behaviour,
  'product-views': behaviour,
  'cart-events': behaviour,
  'search-events': behaviour,
  'purchase-events': behaviour,
  'account-events': domain,
  'product-events': domain,
  'inventory-events': domain,
  'order-events': domain,
  'payment-events': domain,
  'notification-events': domain,
  'shopping-events': domain,
  'audit-events': audit,
  'privacy-events': privacy,
} as const satisfies Readonly<Record<string, TopicSettings>>;

export type Topic = keyof typeof TOPICS;

/** Name of the topic that keeps what could not be handled from `topic`. */
export function deadLetterTopic(topic: string): string {
  return `${topic}.dlq`;
}
