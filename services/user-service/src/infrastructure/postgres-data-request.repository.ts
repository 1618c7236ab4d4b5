import { Inject, Injectable } from '@nestjs/common';
import { Database, sql } from '@vici/database';
import type { Selectable } from 'kysely';
import { z } from 'zod';
import { type DataRequestAnswer, DataRequestRepository } from '../application/data-request.repository.js';
import type { DataRequest, ExportPart, ServiceErasure } from '../domain/data-request.js';
import type { UserTables } from './user.tables.js';

const erasureSchema = z.object({
  erased: z.record(z.string(), z.number()),
  kept: z.array(z.object({ what: z.string(), count: z.number(), reason: z.string() })),
});

/** Requests for a person's data in user_db. */
@Injectable()
export class PostgresDataRequestRepository extends DataRequestRepository {
  constructor(@Inject(Database) private readonly database: Database<UserTables>) {
    super();
  }

  async open(request: DataRequest): Promise<{ request: DataRequest; opened: boolean }> {
    const { numInsertedOrUpdatedRows } = await this.database.query
      .insertInto('data_requests')
      .values({
        id: request.id,
        user_id: request.userId,
        kind: request.kind,
        requested_at: request.requestedAt,
      })
      .onConflict((on) => on.doNothing())
      .executeTakeFirstOrThrow();
    if (numInsertedOrUpdatedRows === 1n) return { request, opened: true };
    const row = await this.database.query
      .selectFrom('data_requests')
      .selectAll()
      .where('user_id', '=', request.userId)
      .where('kind', '=', request.kind)
      .orderBy('requested_at', 'desc')
      .limit(1)
      .executeTakeFirstOrThrow();
    return { request: toRequest(row), opened: false };
  }

  async find(id: string): Promise<DataRequest | undefined> {
    const row = await this.database.query
      .selectFrom('data_requests')
      .selectAll()
      .where('id', '=', id)
      .executeTakeFirst();
    return row && toRequest(row);
  }

  async findErasure(userId: string): Promise<DataRequest | undefined> {
    const row = await this.database.query
      .selectFrom('data_requests')
      .selectAll()
      .where('user_id', '=', userId)
      .where('kind', '=', 'erasure')
      .executeTakeFirst();
    return row && toRequest(row);
  }

  async addAnswer(requestId: string, answer: DataRequestAnswer): Promise<boolean> {
    // Answers to one request wait for each other: of the last two, one has to see the other.
    const request = await this.database.query
      .selectFrom('data_requests')
      .select('id')
      .where('id', '=', requestId)
      .forUpdate()
      .executeTakeFirst();
    if (request === undefined) return false;
    await this.database.query
      .insertInto('data_request_answers')
      .values({
        request_id: requestId,
        service: answer.service,
        part: answer.part,
        last: answer.last,
        answer: JSON.stringify(answer.answer),
      })
      .onConflict((on) => on.doNothing())
      .execute();
    return true;
  }

  async answered(requestId: string): Promise<ReadonlySet<string>> {
    const rows = await this.database.query
      .selectFrom('data_request_answers')
      .select('service')
      .where('request_id', '=', requestId)
      .where('last', '=', true)
      .execute();
    return new Set(rows.map(({ service }) => service));
  }

  async complete(requestId: string, at: Date): Promise<void> {
    await this.database.query
      .updateTable('data_requests')
      .set({ completed_at: at })
      .where('id', '=', requestId)
      .where('completed_at', 'is', null)
      .execute();
  }

  async exportParts(
    requestId: string,
    { offset, limit }: { offset: number; limit: number },
  ): Promise<{ parts: ExportPart[]; total: number }> {
    const rows = await this.database.query
      .selectFrom('data_request_answers')
      .select(['service', 'part', sql<string>`answer::text`.as('json')])
      .select(sql<bigint>`count(*) over ()`.as('total'))
      .where('request_id', '=', requestId)
      .orderBy('service')
      .orderBy('part')
      .offset(offset)
      .limit(limit)
      .execute();
    const parts = rows.map(({ service, part, json }) => ({ service, part, json }));
    return { parts, total: Number(rows[0]?.total ?? 0) };
  }

  async erasures(requestId: string): Promise<ServiceErasure[]> {
    const rows = await this.database.query
      .selectFrom('data_request_answers')
      .select(['service', 'answer'])
      .where('request_id', '=', requestId)
      .orderBy('service')
      .execute();
    return rows.map(({ service, answer }) => ({ service, ...erasureSchema.parse(answer) }));
  }

  async deleteExports(which: { userId: string } | { before: Date }): Promise<number> {
    const exports = this.database.query.deleteFrom('data_requests').where('kind', '=', 'export');
    const { numDeletedRows } = await ('userId' in which
      ? exports.where('user_id', '=', which.userId)
      : exports.where('requested_at', '<', which.before)
    ).executeTakeFirstOrThrow();
    return Number(numDeletedRows);
  }
}

function toRequest(row: Selectable<UserTables['data_requests']>): DataRequest {
  return {
    id: row.id,
    userId: row.user_id,
    kind: row.kind,
    requestedAt: row.requested_at,
    ...(row.completed_at !== null && { completedAt: row.completed_at }),
  };
}
