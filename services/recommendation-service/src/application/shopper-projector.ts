import { type BeforeApplicationShutdown, Injectable } from '@nestjs/common';
import { Clock, Logger, Metrics } from '@vici/utils';
import type { RecommendationIndex } from '../domain/recommendation-index.js';
import { ListAuthority } from './list-authority.js';
import { ListStore, type ListWrite } from './list-store.js';
import { ListWrites } from './list-writes.js';
import { LoopSlices } from './loop-slices.js';
import { type Marked, ShopperMarks } from './shopper-marks.js';

/** What a shopper does within so long is one change of the lists. */
const GATHER_MS = 50;
/** After a failure. */
const RETRY_MS = 1_000;
/** At the end of the process. */
const LAST_WRITES_MS = 300;
/** Shoppers whose lists are written together: so many that the first one does not wait long for the last. */
const PORTION = 24;
/** A session's list lives so long. */
const RECENT_MS = 3_600_000;

/** Whose lists have changed, since the moment at which the oldest event behind it was accepted. */
export interface TouchedShoppers {
  readonly sessions?: Iterable<string>;
  readonly users?: Iterable<string>;
  /** Milliseconds since the epoch. */
  readonly since?: number;
}

/**
 * Keeps the lists of sessions and users in Redis in step with the index. Events that come close together are one change;
 * when there is more to do than time, whoever did something last comes first. What is touched stays marked until it is
 * written, so a Redis that is away for a while misses nothing.
 */
@Injectable()
export class ShopperProjector implements BeforeApplicationShutdown {
  readonly #sessions = new ShopperMarks();
  readonly #users = new ShopperMarks();
  readonly #latency;
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> | undefined;
  /** When writing has to stop; milliseconds since the epoch. */
  #endsAt = Number.POSITIVE_INFINITY;
  #lastProcessingMs = 0;

  constructor(
    private readonly writes: ListWrites,
    private readonly store: ListStore,
    private readonly authority: ListAuthority,
    private readonly slices: LoopSlices,
    private readonly clock: Clock,
    private readonly logger: Logger,
    metrics: Metrics,
  ) {
    this.#latency = metrics.histogram(
      'recommendation_event_to_list_seconds',
      'From the acceptance of the oldest event of a shopper to the list in Redis.',
    );
    metrics.gauge(
      'recommendation_shoppers_waiting',
      'Sessions and users whose lists are to be written.',
      [],
      (gauge) => gauge.set(this.#waiting),
    );
  }

  /** Writes what was marked last, as far as there is time; a start marks everything of late again. */
  async beforeApplicationShutdown(): Promise<void> {
    this.#endsAt = this.#now() + LAST_WRITES_MS;
    clearTimeout(this.#timer);
    await this.#writing;
    await this.#write(GATHER_MS);
  }

  /** Has the lists written within a moment. */
  touch({ sessions = [], users = [], since = this.#now() }: TouchedShoppers): void {
    if (!this.authority.writes) return;
    const dueAt = this.#now() + GATHER_MS;
    for (const id of sessions) this.#sessions.mark({ id, since }, dueAt);
    for (const id of users) this.#users.mark({ id, since }, dueAt);
    this.#schedule(GATHER_MS);
  }

  /** Touches the lists of all who did something so short a time ago that their lists have not run out. */
  touchRecent({ sessions, shoppers }: RecommendationIndex): void {
    const since = this.#now() - RECENT_MS;
    this.touch({ sessions: sessions.activeSince(since), users: shoppers.activeSince(since) });
  }

  noteProcessing(milliseconds: number): void {
    this.#lastProcessingMs = milliseconds;
  }

  get #waiting(): number {
    return this.#sessions.size + this.#users.size;
  }

  #schedule(milliseconds: number): void {
    if (Number.isFinite(this.#endsAt) || this.#waiting === 0 || this.#writing !== undefined) return;
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#writing = this.#write().then((written) => {
        this.#writing = undefined;
        const dueAt = Math.min(this.#sessions.dueAt, this.#users.dueAt);
        this.#schedule(written ? Math.max(0, dueAt - this.#now()) : RETRY_MS);
      });
    }, milliseconds);
  }

  /** Writes all that is due, or will be within `ahead` milliseconds; false when it could not. */
  async #write(ahead = 0): Promise<boolean> {
    try {
      while (this.#now() < this.#endsAt) {
        const sessions = this.#sessions.take(PORTION, this.#now() + ahead);
        const users = this.#users.take(PORTION, this.#now() + ahead);
        if (sessions.length + users.length === 0) break;
        await this.#writePortion(sessions, users);
      }
      return true;
    } catch (error) {
      this.logger.warn('Lists of shoppers not written; they stay marked', { error });
      return false;
    }
  }

  async #writePortion(sessions: readonly Marked[], users: readonly Marked[]): Promise<void> {
    try {
      const now = this.#now();
      const writes: ListWrite[] = [];
      await this.slices.each(sessions, ({ id }) => writes.push(...this.writes.forSession(id, now)));
      await this.slices.each(users, ({ id }) => writes.push(...this.writes.forUser(id, now)));
      await this.store.write([...writes, ...this.writes.stats(new Date(now), this.#lastProcessingMs)]);
      await this.store.announce({ sessions: idsOf(sessions), users: idsOf(users) });
    } catch (error) {
      for (const marked of sessions) this.#sessions.mark(marked, marked.since);
      for (const marked of users) this.#users.mark(marked, marked.since);
      throw error;
    }
    const written = this.#now();
    for (const { since } of [...sessions, ...users]) this.#latency.observe((written - since) / 1_000);
  }

  #now(): number {
    return this.clock.now().getTime();
  }
}

function idsOf(marked: readonly Marked[]): string[] {
  return marked.map(({ id }) => id);
}
