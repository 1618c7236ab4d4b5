import { createHmac } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { columnOf, Database, sql } from '@vici/database';
import { AskedTogether, CONFIG } from '@vici/utils';
import {
  type Standing,
  type Suppression,
  type SuppressionReason,
  SuppressionRepository,
} from '../application/suppression.repository.js';
import type { ClaimedDelivery } from '../domain/delivery.js';
import type { NotificationConfig } from '../notification.config.js';
import type { NotificationTables } from './notification.tables.js';

/** Suppressed addresses in notification_db, by HMAC-SHA256; letter case makes no other address. */
@Injectable()
export class PostgresSuppressionRepository extends SuppressionRepository {
  readonly #key: string;
  readonly #looks = new AskedTogether<ClaimedDelivery, Standing>((claims) => this.#look(claims));

  constructor(
    @Inject(Database) private readonly database: Database<NotificationTables>,
    @Inject(CONFIG) config: Pick<NotificationConfig, 'SUPPRESSION_KEY'>,
  ) {
    super();
    this.#key = config.SUPPRESSION_KEY;
  }

  async add(address: string, reason: SuppressionReason, reportId: string): Promise<void> {
    await this.database.query
      .insertInto('suppressions')
      .values({ address_hash: this.#hashOf(address), reason, report_id: reportId })
      .onConflict((on) => on.column('address_hash').doNothing())
      .execute();
  }

  standingOf(claim: ClaimedDelivery): Promise<Standing> {
    return this.#looks.ask(claim);
  }

  async of(addresses: readonly string[]): Promise<Suppression[]> {
    if (addresses.length === 0) return [];
    return await this.database.query
      .selectFrom('suppressions')
      .select(['reason', 'created_at as since'])
      .where((row) =>
        row.or([
          row(
            'address_hash',
            'in',
            addresses.map((address) => this.#hashOf(address)),
          ),
          row(
            'address',
            'in',
            addresses.map((address) => address.toLowerCase()),
          ),
        ]),
      )
      .orderBy('created_at')
      .execute();
  }

  async forgetAddresses(addresses: readonly string[]): Promise<void> {
    for (const address of addresses) {
      const address_hash = this.#hashOf(address);
      const { query } = this.database;
      // Reported again since, it has its hash already: then the older row has nothing to say.
      await query
        .deleteFrom('suppressions')
        .where('address', '=', address.toLowerCase())
        .where(({ exists, selectFrom }) =>
          exists(selectFrom('suppressions').select('reason').where('address_hash', '=', address_hash)),
        )
        .execute();
      await query
        .updateTable('suppressions')
        .set({ address: null, address_hash })
        .where('address', '=', address.toLowerCase())
        .execute();
    }
  }

  /**
   * One look for all that are about to be sent. Their rows are found one by one, each by its index: `exists` may be answered
   * from a hash of the whole table, by a plan of a time when it was small.
   */
  async #look(claims: readonly ClaimedDelivery[]): Promise<ReadonlyMap<ClaimedDelivery, Standing>> {
    const { rows } = await sql<{ held: boolean; reason: SuppressionReason | null }>`
      select (
        select true from deliveries where id = asked.id and status = 'SENDING' and attempts = asked.attempt
      ) is not null as held, (
        select reason from suppressions
        where address_hash = asked.address_hash or address = asked.address
        order by created_at limit 1
      ) as reason
      from unnest(
        ${columnOf(claims, 'uuid', ({ id }) => id)},
        ${columnOf(claims, 'int', ({ attempt }) => attempt)},
        ${columnOf(claims, 'bytea', ({ recipient }) => this.#hashOf(recipient))},
        ${columnOf(claims, 'text', ({ recipient }) => recipient.toLowerCase())}
      ) with ordinality as asked (id, attempt, address_hash, address, place)
      order by place`.execute(this.database.query);
    const standing = ({ held, reason }: (typeof rows)[number]): Standing => ({
      held,
      ...(reason !== null && { suppressed: reason }),
    });
    return new Map(
      rows.flatMap((row, index) => {
        const claim = claims[index];
        return claim === undefined ? [] : [[claim, standing(row)] as const];
      }),
    );
  }

  #hashOf(address: string): Buffer {
    return createHmac('sha256', this.#key).update(address.toLowerCase()).digest();
  }
}
