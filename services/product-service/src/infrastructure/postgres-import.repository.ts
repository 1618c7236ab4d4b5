import { Inject, Injectable } from '@nestjs/common';
import { Database, json, offsetOf, type PageRequest, sql } from '@vici/database';
import type { RawBuilder } from 'kysely';
import { type ImportProgress, ImportRepository } from '../application/import.repository.js';
import type { ImportFault, ImportFormat, ImportStatus, ProductImport } from '../domain/product-import.js';
import type { ProductTables } from './product.tables.js';

interface ImportRow {
  readonly id: string;
  readonly format: ImportFormat;
  readonly status: ImportStatus;
  readonly dry_run: boolean;
  readonly processed: number;
  readonly created: number;
  readonly updated: number;
  readonly unchanged: number;
  readonly rejected: number;
  readonly failure: string | null;
  readonly created_at: Date;
  readonly started_at: Date | null;
  readonly finished_at: Date | null;
}

/** Faults kept of one import: who sees so many mends the file, not the lines. */
const MAX_FAULTS = 10_000;

const COLUMNS = sql`
  id, format, status, dry_run, processed, created, updated, unchanged, rejected, failure, created_at, started_at,
  finished_at`;

/** The imports of product_db. */
@Injectable()
export class PostgresImportRepository extends ImportRepository {
  constructor(@Inject(Database) private readonly database: Database<ProductTables>) {
    super();
  }

  async add(
    id: string,
    format: ImportFormat,
    dryRun: boolean,
    requestedBy: string | undefined,
  ): Promise<ProductImport> {
    const [row] = await this.run(sql<ImportRow>`
      insert into imports (id, format, dry_run, requested_by, status)
      values (${id}, ${format}, ${dryRun}, ${requestedBy ?? null}, 'AWAITING')
      returning ${COLUMNS}`);
    if (row === undefined) throw new Error('An insert gave no row');
    return toImport(row);
  }

  async find(id: string): Promise<ProductImport | undefined> {
    const [row] = await this.run(sql<ImportRow>`select ${COLUMNS} from imports where id = ${id}`);
    return row && toImport(row);
  }

  async start(id: string): Promise<boolean> {
    const rows = await this.run(sql`
      update imports set status = 'RUNNING', started_at = now() where id = ${id} and status = 'AWAITING'
      returning id`);
    return rows.length > 0;
  }

  async end(id: string, status: ImportStatus, failure?: string): Promise<void> {
    await this.run(sql`
      update imports set status = ${status}, failure = ${failure ?? null}, finished_at = now(), leased_until = null
      where id = ${id} and status in ('AWAITING', 'RUNNING')`);
  }

  async claim(leaseMs: number): Promise<ProductImport | undefined> {
    const [row] = await this.run(sql<ImportRow>`
      update imports set leased_until = ${until(leaseMs)}
      where id = (
        select id from imports where status = 'RUNNING' and (leased_until is null or leased_until < now())
        order by started_at limit 1 for update skip locked
      )
      returning ${COLUMNS}`);
    return row && toImport(row);
  }

  async advance(
    id: string,
    processed: number,
    { records, counts, faults }: ImportProgress,
    leaseMs: number,
  ): Promise<boolean> {
    const rows = await this.run(sql`
      update imports set
        processed = processed + ${records}, created = created + ${counts.created},
        updated = updated + ${counts.updated}, unchanged = unchanged + ${counts.unchanged},
        rejected = rejected + ${counts.rejected}, leased_until = ${until(leaseMs)}
      where id = ${id} and status = 'RUNNING' and processed = ${processed}
      returning id`);
    if (rows.length === 0) return false;
    if (faults.length > 0) await this.addFaults(id, faults);
    return true;
  }

  async release(id: string): Promise<void> {
    await this.run(sql`update imports set leased_until = null where id = ${id} and status = 'RUNNING'`);
  }

  async faults(id: string, page: PageRequest): Promise<ImportFault[]> {
    return await this.run(sql<ImportFault>`
      select line, sku, field, message from import_faults where import_id = ${id}
      order by id limit ${page.limit} offset ${offsetOf(page)}`);
  }

  async countFaults(id: string): Promise<number> {
    const [row] = await this.run(
      sql<{ count: number }>`select count(*)::int as count from import_faults where import_id = ${id}`,
    );
    return row?.count ?? 0;
  }

  async forgetOlderThan(moment: Date): Promise<string[]> {
    const rows = await this.run(sql<{ id: string }>`
      delete from imports where created_at < ${moment} and status <> 'RUNNING' returning id`);
    return rows.map(({ id }) => id);
  }

  private async addFaults(id: string, faults: readonly ImportFault[]): Promise<void> {
    const room = MAX_FAULTS - (await this.countFaults(id));
    const kept = faults.toSorted((a, b) => a.line - b.line).slice(0, Math.max(0, room));
    await this.run(sql`
      insert into import_faults (import_id, line, sku, field, message)
      select ${id}, line, sku, field, message
      from rows from (
        jsonb_to_recordset(${json(kept)}) as (line int, sku text, field text, message text)
      ) with ordinality as fault (line, sku, field, message, position)
      order by position`);
  }

  private async run<Row>(statement: RawBuilder<Row>): Promise<Row[]> {
    return (await statement.execute(this.database.query)).rows;
  }
}

function until(leaseMs: number): RawBuilder<Date> {
  return sql<Date>`clock_timestamp() + ${leaseMs} * interval '1 millisecond'`;
}

function toImport(row: ImportRow): ProductImport {
  const { dry_run, created_at, started_at, finished_at, failure, ...same } = row;
  return {
    ...same,
    dryRun: dry_run,
    failure: failure ?? undefined,
    createdAt: created_at,
    startedAt: started_at ?? undefined,
    finishedAt: finished_at ?? undefined,
  };
}
