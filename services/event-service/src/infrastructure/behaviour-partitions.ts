import { Inject, Injectable } from '@nestjs/common';
import { Database, sql } from '@vici/database';
import type { EventTables } from './event.tables.js';

const DAY_MS = 86_400_000;
/** Days that stand ready after the present one: how long the making of partitions may fail unnoticed. */
const DAYS_AHEAD = 7;
const NAME = /^behaviour_events_(\d{4})(\d{2})(\d{2})$/;
/** Dropping a day needs the table for itself; rather than hold up those who write, it is tried again later. */
const DROP_LOCK_TIMEOUT = sql.lit('2s');

/** The partitions of behaviour_events, one per UTC day. */
@Injectable()
export class BehaviourPartitions {
  constructor(@Inject(Database) private readonly database: Database<EventTables>) {}

  /** Makes the partitions of the day of `now` and the days ahead, and of the day before, for a clock that is behind. */
  async makeReady(now: Date): Promise<void> {
    await this.cover(now.getTime() - DAY_MS, now.getTime() + DAYS_AHEAD * DAY_MS);
  }

  /** Makes the partitions that are missing from one moment to another, in epoch milliseconds. */
  async cover(from: number, to: number): Promise<void> {
    await this.database.transaction(async () => {
      const { query } = this.database;
      // Replicas start together; the second one finds everything made.
      await sql`select pg_advisory_xact_lock(hashtext('behaviour_events partitions'))`.execute(query);
      const existing = new Set(await this.days());
      for (let day = startOfDay(from); day <= to; day += DAY_MS) {
        if (!existing.has(day)) await this.make(day);
      }
    });
  }

  /** Drops the days that end before `oldest`; returns how many. */
  async dropBefore(oldest: Date): Promise<number> {
    const old = (await this.days()).filter((day) => day + DAY_MS <= oldest.getTime());
    for (const day of old) {
      await this.database.transaction(async () => {
        const { query } = this.database;
        await sql`set local lock_timeout = ${DROP_LOCK_TIMEOUT}`.execute(query);
        await sql`drop table if exists ${sql.table(nameOf(day))}`.execute(query);
      });
    }
    return old.length;
  }

  /** How many days after that of `now` stand ready, without a gap; -1 when not even the present one does. */
  async daysAhead(now: Date): Promise<number> {
    const existing = new Set(await this.days());
    let ahead = -1;
    while (existing.has(startOfDay(now.getTime() + (ahead + 1) * DAY_MS))) ahead += 1;
    return ahead;
  }

  /** Made apart and then attached: making it in place would lock out those who write. */
  private async make(day: number): Promise<void> {
    const { query } = this.database;
    const partition = sql.table(nameOf(day));
    const [from, to] = [day, day + DAY_MS].map((time) => sql.lit(new Date(time).toISOString()));
    await sql`create table ${partition} (like behaviour_events including all)`.execute(query);
    // By id alone, which a partitioned table cannot have: how a batch recognises what is stored.
    await sql`create unique index on ${partition} (id)`.execute(query);
    await sql`alter table behaviour_events attach partition ${partition} for values from (${from}) to (${to})`.execute(
      query,
    );
  }

  /** The starts of the days there are, in epoch milliseconds, oldest first. */
  private async days(): Promise<number[]> {
    const { rows } = await sql<{ name: string }>`
      select child.relname as name
      from pg_inherits join pg_class child on child.oid = pg_inherits.inhrelid
      where pg_inherits.inhparent = 'behaviour_events'::regclass
      order by child.relname`.execute(this.database.query);
    return rows.flatMap(({ name }) => {
      const [, year, month, day] = NAME.exec(name) ?? [];
      return year === undefined ? [] : [Date.parse(`${year}-${month}-${day}T00:00:00.000Z`)];
    });
  }
}

function startOfDay(time: number): number {
  return time - (((time % DAY_MS) + DAY_MS) % DAY_MS);
}

function nameOf(day: number): string {
  return `behaviour_events_${new Date(day).toISOString().slice(0, 10).replaceAll('-', '')}`;
}
