import {
  type BeforeApplicationShutdown,
  Inject,
  Injectable,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { Database, sql } from '@vici/database';
import { Clock, Logger } from '@vici/utils';
import { SessionOrigins } from '../application/ports.js';
import type { EventTables } from './event.tables.js';

const FLUSH_MS = 250;
/** A session that stays where it is is noted again only after so long. */
const NOTE_AGAIN_MS = 600_000;
const MAX_REMEMBERED = 100_000;
/** Notes that may wait while the database is away; they are not worth more memory. */
const MAX_WAITING = 20_000;

interface Sighting {
  readonly session: string;
  readonly network: string | undefined;
  readonly agent: string | undefined;
  readonly at: Date;
}

/** Origins in event_db, written a few times a second for all sessions together. */
@Injectable()
export class PostgresSessionOrigins
  extends SessionOrigins
  implements OnApplicationBootstrap, BeforeApplicationShutdown
{
  private readonly notedAt = new Map<string, number>();
  private waiting = new Map<string, Sighting>();
  private timer: NodeJS.Timeout | undefined;
  private flushing: Promise<void> = Promise.resolve();

  constructor(
    @Inject(Database) private readonly database: Database<EventTables>,
    private readonly clock: Clock,
    private readonly logger: Logger,
  ) {
    super();
  }

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => {
      this.flushing = this.flushing.then(() => this.flush());
    }, FLUSH_MS);
    this.timer.unref();
  }

  async beforeApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    await this.flushing;
    await this.flush();
  }

  note(sessionIds: Iterable<string>, network: string | undefined, agent: string | undefined): void {
    const at = this.clock.now();
    for (const session of sessionIds) {
      const key = `${session} ${network ?? ''} ${agent ?? ''}`;
      const fresh = at.getTime() - (this.notedAt.get(key) ?? 0) < NOTE_AGAIN_MS;
      if (fresh || this.waiting.size >= MAX_WAITING) continue;
      if (this.notedAt.size >= MAX_REMEMBERED) this.notedAt.clear();
      this.notedAt.set(key, at.getTime());
      this.waiting.set(key, { session, network, agent, at });
    }
  }

  private async flush(): Promise<void> {
    const sightings = [...this.waiting.values()];
    if (sightings.length === 0) return;
    const taken = this.waiting;
    this.waiting = new Map();
    try {
      await this.write(sightings);
    } catch (error) {
      this.logger.warn('Origins of sessions could not be noted; it is tried again', { error });
      this.waiting = new Map([...taken, ...this.waiting]);
    }
  }

  private async write(sightings: readonly Sighting[]): Promise<void> {
    await sql`
      insert into session_origins (session_id, client_network, user_agent, first_seen_at, last_seen_at)
      select session, network, agent, at, at
      from unnest(
        ${sightings.map(({ session }) => session)}::text[],
        ${sightings.map(({ network }) => network ?? null)}::cidr[],
        ${sightings.map(({ agent }) => agent ?? null)}::text[],
        ${sightings.map(({ at }) => at.toISOString())}::timestamptz[]
      ) as seen (session, network, agent, at)
      order by session
      on conflict (session_id, client_network, user_agent)
      do update set last_seen_at = greatest(session_origins.last_seen_at, excluded.last_seen_at)`.execute(
      this.database.query,
    );
  }
}
