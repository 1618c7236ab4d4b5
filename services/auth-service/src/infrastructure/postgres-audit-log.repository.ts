import { Inject, Injectable } from '@nestjs/common';
import { Database, ListOrder, type Page, type PageRequest, pageOf } from '@vici/database';
import type { Selectable } from 'kysely';
import {
  type AuditLogEntry,
  type AuditLogFilter,
  AuditLogRepository,
} from '../application/audit-log.repository.js';
import type { AuthTables } from './auth.tables.js';

/** The audit log in auth_db. */
@Injectable()
export class PostgresAuditLogRepository extends AuditLogRepository {
  constructor(@Inject(Database) private readonly database: Database<AuthTables>) {
    super();
  }

  async add({ actor, target, ...entry }: AuditLogEntry): Promise<void> {
    await this.database.query
      .insertInto('audit_log')
      .values({
        entry_id: entry.id,
        action: entry.action,
        actor_role: actor.role,
        actor_id: actor.userId ?? null,
        actor_service: actor.service ?? null,
        target_type: target.type,
        target_id: target.id,
        before: entry.before === undefined ? null : JSON.stringify(entry.before),
        after: entry.after === undefined ? null : JSON.stringify(entry.after),
        note: entry.note ?? null,
        network: entry.network ?? null,
        request_id: entry.requestId,
        recorded_at: entry.recordedAt,
      })
      .onConflict((conflict) => conflict.column('entry_id').doNothing())
      .execute();
  }

  async list(filter: AuditLogFilter, page: PageRequest): Promise<Page<AuditLogEntry>> {
    const found = this.matching(filter);
    const order = new ListOrder([
      { column: 'recorded_at', type: 'timestamptz', direction: filter.oldestFirst === true ? 'asc' : 'desc' },
      { column: 'entry_id', type: 'uuid' },
    ]);
    const rows = await order.pageOf(found.selectAll(), page).execute();
    const { total } = await found
      .select((count) => count.fn.countAll<bigint>().as('total'))
      .executeTakeFirstOrThrow();
    return pageOf(rows.map(toEntry), page, total, order.nextCursor(rows, page));
  }

  private matching({ action, actorId, targetType, targetId, from, to }: AuditLogFilter) {
    let query = this.database.query.selectFrom('audit_log');
    if (action !== undefined) {
      query = query.where((fits) =>
        fits.or([fits('action', '=', action), fits('action', 'like', `${action}.%`)]),
      );
    }
    if (actorId !== undefined) query = query.where('actor_id', '=', actorId);
    if (targetType !== undefined) query = query.where('target_type', '=', targetType);
    if (targetId !== undefined) query = query.where('target_id', '=', targetId);
    if (from !== undefined) query = query.where('recorded_at', '>=', from);
    if (to !== undefined) query = query.where('recorded_at', '<', to);
    return query;
  }
}

function toEntry(row: Selectable<AuthTables['audit_log']>): AuditLogEntry {
  return {
    id: row.entry_id,
    action: row.action,
    actor: {
      role: row.actor_role,
      ...(row.actor_id !== null && { userId: row.actor_id }),
      ...(row.actor_service !== null && { service: row.actor_service }),
    },
    target: { type: row.target_type, id: row.target_id },
    ...(row.before !== null && { before: row.before }),
    ...(row.after !== null && { after: row.after }),
    ...(row.note !== null && { note: row.note }),
    ...(row.network !== null && { network: row.network }),
    requestId: row.request_id,
    recordedAt: row.recorded_at,
  };
}
