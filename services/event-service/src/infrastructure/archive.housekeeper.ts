import {
  type BeforeApplicationShutdown,
  Inject,
  Injectable,
  type OnApplicationBootstrap,
  type OnModuleInit,
} from '@nestjs/common';
import { Database, sql } from '@vici/database';
import { BackgroundLoop, Clock, CONFIG, Logger, Metrics } from '@vici/utils';
import { GRAINS } from '../domain/grains.js';
import type { EventConfig } from '../event.config.js';
import { BehaviourPartitions } from './behaviour-partitions.js';
import type { EventTables } from './event.tables.js';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const BATCH = 5_000;
/** A week of effect, and a day for events that come late. */
const CLICKS_MS = 8 * DAY_MS;
/** Order events are told again for as long as their topic keeps them. */
const DERIVED_IDS_MS = 31 * DAY_MS;

/** Makes room for the days to come and lets go of what is old: at the start, then about every hour. */
@Injectable()
export class ArchiveHousekeeper implements OnModuleInit, OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly loop: BackgroundLoop;

  constructor(
    private readonly partitions: BehaviourPartitions,
    @Inject(Database) private readonly database: Database<EventTables>,
    @Inject(CONFIG) private readonly config: EventConfig,
    private readonly clock: Clock,
    private readonly logger: Logger,
    metrics: Metrics,
  ) {
    metrics.gauge(
      'behaviour_partitions_ahead_days',
      'Days to come that have a partition.',
      [],
      async (gauge) => gauge.set(await partitions.daysAhead(clock.now())),
    );
    this.loop = new BackgroundLoop(
      {
        name: 'the tidying of the event archive',
        service: 'event-service',
        everyMs: HOUR_MS,
        firstAfterMs: aboutAnHour(),
        run: async (stopping) => {
          await this.tidy(stopping);
          return aboutAnHour();
        },
      },
      logger,
    );
  }

  /** Without a partition of today no event could be taken, so the service does not start without. */
  async onModuleInit(): Promise<void> {
    await this.partitions.makeReady(this.clock.now());
  }

  onApplicationBootstrap(): void {
    this.loop.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.loop.stop();
  }

  /** Does everything that is due now. */
  async tidy(stopping?: AbortSignal): Promise<void> {
    const now = this.clock.now();
    await this.partitions.makeReady(now);
    const oldest = new Date(now.getTime() - this.config.EVENT_RETENTION_DAYS * DAY_MS);
    const dropped = await this.partitions.dropBefore(oldest);
    if (dropped > 0) this.logger.info('Old days of behaviour events dropped', { days: dropped });
    const overdue = [
      ['event_ids', 'received_at', new Date(now.getTime() - DERIVED_IDS_MS)],
      ['session_users', 'last_seen_at', oldest],
      ['session_origins', 'last_seen_at', oldest],
      ['visits', 'started_at', oldest],
      ['recommendation_clicks', 'clicked_at', new Date(now.getTime() - CLICKS_MS)],
    ] as const;
    for (const [table, age, before] of overdue) {
      let deleted = BATCH;
      while (deleted === BATCH && stopping?.aborted !== true)
        deleted = await this.deleteOld(table, age, before);
    }
    for (const grain of [GRAINS.month, GRAINS.day]) {
      let measured = BATCH;
      while (measured === BATCH && stopping?.aborted !== true) measured = await this.measureSearches(grain);
    }
  }

  /** Search terms counted before their magnitude was kept: a trigger measures whatever is written. Gives how many there were. */
  private async measureSearches(grain: number): Promise<number> {
    const { numAffectedRows } = await sql`
      update searches_by_time set magnitude = default where ctid = any (array(
        select ctid from searches_by_time where grain = ${sql.lit(grain)} and magnitude < 0
        order by magnitude limit ${BATCH} for update skip locked
      ))`.execute(this.database.query);
    return Number(numAffectedRows ?? 0n);
  }

  /** A bounded batch; a row another replica is deleting is left to it. Gives how many there were. */
  private async deleteOld(table: string, age: string, before: Date): Promise<number> {
    const { numAffectedRows } = await sql`
      delete from ${sql.table(table)} where ctid = any (array(
        select ctid from ${sql.table(table)} where ${sql.ref(age)} < ${before}
        order by ${sql.ref(age)} limit ${BATCH} for update skip locked
      ))`.execute(this.database.query);
    return Number(numAffectedRows ?? 0n);
  }
}

/** Spread, so that the replicas do not all tidy at once. */
function aboutAnHour(): number {
  return HOUR_MS * (0.75 + Math.random() / 2);
}
