import type { Logger } from '@vici/utils';
import type { DeadLetters } from '../dead-letter/dead-letters.js';
import type { ConsumerMetrics } from './consumer.metrics.js';
import type { OnceOnlyEffect } from './once-only-effect.js';
import type { RetryPolicy } from './retries.js';
import type { Slots } from './slots.js';
import type { StopToken } from './stop-token.js';

/** What the consumers of one service share. */
export interface ConsumerDependencies {
  readonly service: string;
  readonly effect: OnceOnlyEffect;
  readonly deadLetters: DeadLetters;
  readonly retry: RetryPolicy;
  /** Bounds the transactions that all consumers have open together. */
  readonly slots: Slots;
  readonly stop: StopToken;
  readonly metrics: ConsumerMetrics;
  readonly logger: Logger;
}
