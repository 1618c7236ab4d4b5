import type { Database, TransactionOptions } from '@vici/database';
import { checkpoint } from '@vici/utils';
import type { DomainEvent } from '../envelope/domain-event.js';
import type { EventsTables } from '../events.tables.js';
import { InboxStore } from '../inbox/inbox.store.js';

/** What is done with events the consumer has not handled yet. */
export type Effect = (fresh: DomainEvent[]) => Promise<void>;

/** Runs the effect of events so that each counts once for a consumer. */
export interface OnceOnlyEffect {
  /** Calls `effect` with the events the consumer has not handled yet, if any; returns those. */
  apply(consumer: string, events: readonly DomainEvent[], effect: Effect): Promise<readonly DomainEvent[]>;
  /** As `apply`, for a caller that has another way: fails at the first deadlock, and of waiting long for a lock. */
  tryToApply(
    consumer: string,
    events: readonly DomainEvent[],
    effect: Effect,
  ): Promise<readonly DomainEvent[]>;
}

/** Far below the second after which PostgreSQL looks for a deadlock, far above what a transaction takes. */
const PATIENCE_MS = 100;

/** Inbox notes and effect in one transaction. */
export class InboxEffect implements OnceOnlyEffect {
  private readonly inbox: InboxStore;

  constructor(private readonly database: Database<EventsTables>) {
    this.inbox = new InboxStore(database);
  }

  async apply(
    consumer: string,
    events: readonly DomainEvent[],
    effect: Effect,
  ): Promise<readonly DomainEvent[]> {
    return await this.commit(events, effect, (ids) => this.inbox.add(consumer, ids));
  }

  async tryToApply(
    consumer: string,
    events: readonly DomainEvent[],
    effect: Effect,
  ): Promise<readonly DomainEvent[]> {
    const note = (ids: readonly string[]) => this.inbox.addImpatiently(consumer, ids, PATIENCE_MS);
    return await this.commit(events, effect, note, { once: true });
  }

  private async commit(
    events: readonly DomainEvent[],
    effect: Effect,
    note: (ids: readonly string[]) => Promise<ReadonlySet<string>>,
    options: TransactionOptions = {},
  ): Promise<readonly DomainEvent[]> {
    const distinct = distinctById(events);
    const handled = await this.database.transaction(async () => {
      const added = await note(distinct.map((event) => event.id));
      const fresh = distinct.filter((event) => added.has(event.id));
      if (fresh.length > 0) {
        await effect(fresh);
        await checkpoint('event.handled');
      }
      return fresh;
    }, options);
    await checkpoint('event.committed');
    return handled;
  }
}

/** For handlers that are idempotent by themselves, and for a service without a database. */
export class IdempotentEffect implements OnceOnlyEffect {
  async apply(
    _consumer: string,
    events: readonly DomainEvent[],
    effect: Effect,
  ): Promise<readonly DomainEvent[]> {
    const distinct = distinctById(events);
    if (distinct.length > 0) await effect(distinct);
    await checkpoint('event.committed');
    return distinct;
  }

  async tryToApply(
    consumer: string,
    events: readonly DomainEvent[],
    effect: Effect,
  ): Promise<readonly DomainEvent[]> {
    return await this.apply(consumer, events, effect);
  }
}

function distinctById(events: readonly DomainEvent[]): DomainEvent[] {
  return [...new Map(events.map((event) => [event.id, event])).values()];
}
