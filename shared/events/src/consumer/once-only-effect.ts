import type { Database } from '@vici/database';
import { checkpoint } from '@vici/utils';
import type { DomainEvent } from '../envelope/domain-event.js';
import type { EventsTables } from '../events.tables.js';
import { InboxStore } from '../inbox/inbox.store.js';

/** Runs the effect of events so that each counts once for a consumer. */
export interface OnceOnlyEffect {
  /** Calls `effect` with the events the consumer has not handled yet, if any; returns those. */
  apply(
    consumer: string,
    events: readonly DomainEvent[],
    effect: (fresh: DomainEvent[]) => Promise<void>,
  ): Promise<readonly DomainEvent[]>;
}

/** Inbox notes and effect in one transaction. */
export class InboxEffect implements OnceOnlyEffect {
  private readonly inbox: InboxStore;

  constructor(private readonly database: Database<EventsTables>) {
    this.inbox = new InboxStore(database);
  }

  async apply(
    consumer: string,
    events: readonly DomainEvent[],
    effect: (fresh: DomainEvent[]) => Promise<void>,
  ): Promise<readonly DomainEvent[]> {
    const distinct = distinctById(events);
    const handled = await this.database.transaction(async () => {
      const added = await this.inbox.add(
        consumer,
        distinct.map((event) => event.id),
      );
      const fresh = distinct.filter((event) => added.has(event.id));
      if (fresh.length > 0) {
        await effect(fresh);
        await checkpoint('event.handled');
      }
      return fresh;
    });
    await checkpoint('event.committed');
    return handled;
  }
}

/** For handlers that are idempotent by themselves, and for a service without a database. */
export class IdempotentEffect implements OnceOnlyEffect {
  async apply(
    _consumer: string,
    events: readonly DomainEvent[],
    effect: (fresh: DomainEvent[]) => Promise<void>,
  ): Promise<readonly DomainEvent[]> {
    const distinct = distinctById(events);
    if (distinct.length > 0) await effect(distinct);
    await checkpoint('event.committed');
    return distinct;
  }
}

function distinctById(events: readonly DomainEvent[]): DomainEvent[] {
  return [...new Map(events.map((event) => [event.id, event])).values()];
}
