import { Inject, Injectable } from '@nestjs/common';
import { arrayOf, Database, sql } from '@vici/database';
import type { SandboxTables } from './sandbox.tables.js';

/** A webhook that is due. */
export interface DueWebhook {
  readonly id: bigint;
  /** The JSON that is sent. */
  readonly body: string;
}

/** Undelivered, a webhook is sent again after one second, then two, four … at most five minutes. */
const MAX_BACKOFF_SECONDS = 300;
/** Then the sandbox gives up, as processors do after some days. */
const MAX_ATTEMPTS = 100;

/** The sandbox's webhooks that wait to be delivered. */
@Injectable()
export class SandboxWebhookQueue {
  constructor(@Inject(Database) private readonly database: Database<SandboxTables>) {}

  /** Takes due webhooks; each comes again later unless it is marked as delivered. */
  async take(limit: number): Promise<DueWebhook[]> {
    const { rows } = await sql<{ id: bigint; body: string }>`
      update sandbox.webhooks set attempts = attempts + 1,
        due_at = now() + make_interval(secs => least(power(2, attempts), ${MAX_BACKOFF_SECONDS}))
      where id in (
        select id from sandbox.webhooks
        where delivered_at is null and due_at <= now() and attempts < ${MAX_ATTEMPTS}
        order by due_at, id limit ${limit} for update skip locked
      )
      returning id, event::text as body`.execute(this.database.query);
    return rows;
  }

  async markDelivered(ids: readonly bigint[]): Promise<void> {
    await sql`
      update sandbox.webhooks set delivered_at = clock_timestamp()
      where id = any(${arrayOf(ids, 'bigint')})`.execute(this.database.query);
  }
}
