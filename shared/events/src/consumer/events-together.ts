import type { DomainEvent } from '../envelope/domain-event.js';
import type { ConsumerDependencies } from './consumer-dependencies.js';
import type { EventHandler } from './event-handler.js';
import { runHandler } from './handler-context.js';

/** Events of one transaction: its locks are held, and its work is lost at a failure, for so many at most. */
const MOST_TOGETHER = 20;

/** Handles in one transaction what came together, where all handlers of it are written for that. */
export class EventsTogether {
  constructor(
    private readonly group: string,
    private readonly handlersByType: ReadonlyMap<string, readonly EventHandler[]>,
    private readonly dependencies: ConsumerDependencies,
  ) {}

  /** Whether the event may share a transaction with others. */
  accepts({ type }: DomainEvent): boolean {
    return this.handlersOf(type).every(({ handleTogether }) => handleTogether !== undefined);
  }

  /** Cuts what came into portions for a transaction each, in order. */
  portionsOf<T>(events: readonly T[]): T[][] {
    const count = Math.ceil(events.length / MOST_TOGETHER);
    return Array.from({ length: count }, (_, index) =>
      events.slice(index * MOST_TOGETHER, (index + 1) * MOST_TOGETHER),
    );
  }

  /** @returns whether the events have taken effect; if not, none of them has, and nothing is said of any of them */
  async handle(events: readonly DomainEvent[]): Promise<boolean> {
    const { service, effect, metrics, slots, logger } = this.dependencies;
    const traceparents = events.map(({ traceparent }) => traceparent);
    const run = { service, name: `events ${this.group}`, traceparents };
    try {
      const handled = await slots.run(() =>
        runHandler(run, () => effect.tryToApply(this.group, events, (fresh) => this.dispatch(fresh))),
      );
      metrics.handled(this.group, handled, events.length);
      return true;
    } catch (error) {
      metrics.apart(this.group);
      logger.warn('events failed together; they are handled one by one', {
        group: this.group,
        size: events.length,
        error,
      });
      return false;
    }
  }

  /** In order: what follows one another and has the same type is one call of its handlers. */
  private async dispatch(events: readonly DomainEvent[]): Promise<void> {
    for (let start = 0, end = 1; start < events.length; start = end, end += 1) {
      const type = events[start]?.type ?? '';
      while (events[end]?.type === type) end += 1;
      const alike = events.slice(start, end);
      for (const { handleTogether } of this.handlersOf(type)) await handleTogether?.(alike);
    }
  }

  private handlersOf(type: string): readonly EventHandler[] {
    return this.handlersByType.get(type) ?? [];
  }
}
