import type { EventType, Topic } from '../catalogue/index.js';
import type { DomainEvent } from '../envelope/domain-event.js';

/** A method that takes one event at a time, in the service's own consumer group. */
export interface EventHandler {
  /** Class and method, for logs. */
  readonly name: string;
  readonly types: readonly EventType[];
  readonly handle: (event: DomainEvent) => Promise<void>;
  /** Takes several at once; where it is missing, each event has a transaction of its own. */
  readonly handleTogether?: (events: DomainEvent[]) => Promise<void>;
}

/** A method that takes events in batches, in a consumer group of its own. */
export interface EventBatchHandler {
  /** Method name; the group is `<service>.<name>`. */
  readonly name: string;
  readonly types: readonly EventType[];
  readonly topics: readonly Topic[];
  readonly maxBatch?: number;
  /** Milliseconds batches of several partitions may gather for each other. */
  readonly gatherMs?: number;
  /** Needs no inbox. */
  readonly idempotent?: boolean;
  readonly handle: (events: DomainEvent[]) => Promise<void>;
}
