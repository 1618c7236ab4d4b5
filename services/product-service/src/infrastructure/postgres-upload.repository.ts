import { Inject, Injectable } from '@nestjs/common';
import { Database, sql } from '@vici/database';
import type { RawBuilder } from 'kysely';
import { type UploadJob, UploadRepository } from '../application/upload.repository.js';
import type { Upload, UploadKind, UploadStatus } from '../domain/upload.js';
import type { ProductTables } from './product.tables.js';

interface UploadRow {
  readonly id: string;
  readonly kind: UploadKind;
  readonly owner_id: string;
  readonly status: UploadStatus;
  readonly content_type: string;
  readonly size: number;
  readonly url: string;
  readonly variants: readonly string[];
  readonly failure: string | null;
  readonly attempts: number;
  readonly created_at: Date;
}

const COLUMNS = sql`id, kind, owner_id, status, content_type, size, url, variants, failure, attempts, created_at`;

/** True for `uploads u` that something shows. */
const SHOWN = sql<boolean>`(
  u.in_use
  or exists (select from products where images @> array[u.url] and deleted_at is null)
  or exists (select from reviews where images @> array[u.url])
  or exists (select from categories where image = u.url)
)`;

/** The uploads of product_db. */
@Injectable()
export class PostgresUploadRepository extends UploadRepository {
  constructor(@Inject(Database) private readonly database: Database<ProductTables>) {
    super();
  }

  async add({
    id,
    kind,
    ownerId,
    contentType,
    size,
    url,
  }: Parameters<UploadRepository['add']>[0]): Promise<Upload> {
    const [row] = await this.run(sql<UploadRow>`
      insert into uploads (id, kind, owner_id, status, content_type, size, url)
      values (${id}, ${kind}, ${ownerId}, 'AWAITING', ${contentType}, ${size}, ${url})
      returning ${COLUMNS}`);
    if (row === undefined) throw new Error('An insert gave no row');
    return toUpload(row);
  }

  async find(id: string): Promise<Upload | undefined> {
    const [row] = await this.run(
      sql<UploadRow>`select ${COLUMNS} from uploads where id = ${id} and status <> 'DELETED'`,
    );
    return row && toUpload(row);
  }

  async countAwaiting(ownerId: string): Promise<number> {
    const [row] = await this.run(sql<{ count: number }>`
      select count(*)::int as count from uploads where owner_id = ${ownerId} and status = 'AWAITING'`);
    return row?.count ?? 0;
  }

  async enqueue(id: string): Promise<void> {
    await this.run(sql`
      update uploads set status = 'PROCESSING', completed_at = now(), next_attempt_at = now()
      where id = ${id} and status = 'AWAITING'`);
  }

  async claim(leaseMs: number): Promise<UploadJob | undefined> {
    const [row] = await this.run(sql<UploadRow>`
      update uploads set attempts = attempts + 1, next_attempt_at = now() + ${leaseMs} * interval '1 millisecond'
      where id = (
        select id from uploads where status = 'PROCESSING' and next_attempt_at <= now()
        order by next_attempt_at limit 1 for update skip locked
      )
      returning ${COLUMNS}`);
    return row && { ...toUpload(row), attempts: row.attempts };
  }

  async finish(id: string, variants: readonly string[]): Promise<void> {
    await this.run(sql`
      update uploads set status = 'READY', variants = ${[...variants]}::text[], next_attempt_at = null, failure = null
      where id = ${id} and status = 'PROCESSING'`);
  }

  async fail(id: string, reason: string): Promise<void> {
    await this.run(sql`
      update uploads set status = 'FAILED', failure = ${reason}, next_attempt_at = null
      where id = ${id} and status in ('AWAITING', 'PROCESSING')`);
  }

  async retry(id: string, afterMs: number): Promise<void> {
    await this.run(sql`
      update uploads set next_attempt_at = now() + ${afterMs} * interval '1 millisecond'
      where id = ${id} and status = 'PROCESSING'`);
  }

  async usable(
    kind: UploadKind,
    addresses: readonly string[],
    ownerId: string | undefined,
  ): Promise<ReadonlySet<string>> {
    const owned = ownerId === undefined ? sql`true` : sql`owner_id = ${ownerId}`;
    const rows = await this.run(sql<{ url: string }>`
      select url from uploads
      where url = any(${[...addresses]}) and kind = ${kind} and status in ('PROCESSING', 'READY') and ${owned}
      order by id for share`);
    return new Set(rows.map(({ url }) => url));
  }

  async noteChecked(kind: UploadKind, addresses: readonly string[], ownerId: string): Promise<void> {
    await this.run(sql`
      update uploads set checked_at = now() where id in (
        select id from uploads where url = any(${[...addresses]}) and kind = ${kind} and owner_id = ${ownerId}
        order by id for no key update
      )`);
  }

  async showAvatar(ownerId: string, address: string | undefined): Promise<void> {
    await this.run(sql`
      update uploads set in_use = coalesce(url = ${address ?? null}::text, false)
      where owner_id = ${ownerId} and kind = 'avatar'`);
  }

  async of(ownerId: string): Promise<Upload[]> {
    const rows = await this.run(sql<UploadRow>`
      select ${COLUMNS} from uploads where owner_id = ${ownerId} and status <> 'DELETED' order by created_at, id`);
    return rows.map(toUpload);
  }

  async giveUpUnshownOf(ownerId: string): Promise<number> {
    const rows = await this.run(sql<{ id: string }>`
      select id from uploads where owner_id = ${ownerId} and status <> 'DELETED' order by id for update`);
    return await this.giveUpUnshown(rows.map(({ id }) => id));
  }

  async giveUp(id: string): Promise<boolean> {
    return await this.database.transaction(async () => {
      await this.run(sql`select from uploads where id = ${id} for update`);
      return (await this.giveUpUnshown([id])) > 0;
    });
  }

  async giveUpOrphans(before: Date, limit: number): Promise<number> {
    return await this.database.transaction(async () => {
      // Locked first, looked for afterwards: whoever takes a picture into use meanwhile waits, or is seen.
      const rows = await this.run(sql<{ id: string }>`
        select id from uploads u
        where status in ('AWAITING', 'READY', 'FAILED') and created_at < ${before}
          and (checked_at is null or checked_at < ${before}) and not ${SHOWN}
        order by id limit ${limit} for update skip locked`);
      if (rows.length > 0) await this.giveUpUnshown(rows.map(({ id }) => id));
      return rows.length;
    });
  }

  async givenUp(limit: number): Promise<Upload[]> {
    const rows = await this.run(sql<UploadRow>`
      select ${COLUMNS} from uploads where status = 'DELETED' order by created_at limit ${limit}`);
    return rows.map(toUpload);
  }

  async forget(ids: readonly string[]): Promise<void> {
    await this.run(sql`delete from uploads where id = any(${[...ids]}::uuid[]) and status = 'DELETED'`);
  }

  async countJobs(): Promise<number> {
    const [row] = await this.run(
      sql<{ count: number }>`select count(*)::int as count from uploads where status = 'PROCESSING'`,
    );
    return row?.count ?? 0;
  }

  private async giveUpUnshown(ids: readonly string[]): Promise<number> {
    const rows = await this.run(sql<{ id: string }>`
      update uploads u set status = 'DELETED' where u.id = any(${[...ids]}::uuid[]) and not ${SHOWN} returning id`);
    return rows.length;
  }

  private async run<Row>(statement: RawBuilder<Row>): Promise<Row[]> {
    return (await statement.execute(this.database.query)).rows;
  }
}

function toUpload(row: UploadRow): Upload {
  return {
    id: row.id,
    kind: row.kind,
    ownerId: row.owner_id,
    status: row.status,
    contentType: row.content_type,
    size: row.size,
    url: row.url,
    variants: row.variants,
    failure: row.failure ?? undefined,
    createdAt: row.created_at,
  };
}
