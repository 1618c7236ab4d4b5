import type { DomainEvent } from '../envelope/domain-event.js';

/** Publishes events together with the change they tell of. What application code injects. */
export abstract class EventPublisher {
  /**
   * Adds the events to the outbox in the current transaction: they become visible when it commits and
   * never when it rolls back. Publish after the write that locks the aggregate, so that events of one
   * aggregate line up in the order of its changes.
   * @throws Error when no transaction is open, or an event is larger than 900,000 bytes.
   */
  abstract publish(...events: DomainEvent[]): Promise<void>;
}
