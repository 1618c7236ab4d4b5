import type { BehaviourEvent } from './check-event.js';

/** Topics that carry behaviour. */
export const REPLAY_TOPICS = [
  'user-events',
  'product-views',
  'cart-events',
  'search-events',
  'purchase-events',
] as const;
export type ReplayTopic = (typeof REPLAY_TOPICS)[number];

/** Whether archived events may be sent to this topic. */
export function isReplayTopic(topic: string): topic is ReplayTopic {
  return REPLAY_TOPICS.some((known) => known === topic);
}

/** Sends archived events again. */
export abstract class EventReplay {
  /** To this topic alone, in order, all of them or none. */
  abstract send(events: readonly BehaviourEvent[], topic: ReplayTopic): Promise<void>;
}
