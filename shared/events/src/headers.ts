/** Type of the event, so that a consumer passes over a type it does not handle without reading the body. */
export const TYPE_HEADER = 'ce-type';

/** Group a replayed dead letter is meant for; the other groups have handled it already. */
export const REPLAY_FOR_HEADER = 'x-replay-for';
/** When a dead letter was replayed, ISO 8601. */
export const REPLAYED_AT_HEADER = 'x-replayed-at';

/** Headers a dead letter has on top of those of the original message. */
export const DEAD_LETTER_HEADERS = {
  originTopic: 'x-origin-topic',
  originPartition: 'x-origin-partition',
  originOffset: 'x-origin-offset',
  /** Consumer group that gave up. */
  group: 'x-group',
  errorCode: 'x-error-code',
  error: 'x-error',
  failedAt: 'x-failed-at',
  attempts: 'x-attempts',
} as const;
