import { Inject, Injectable } from '@nestjs/common';
import { Database, ListOrder, type Page, type PageRequest, pageOf, sql } from '@vici/database';
import { AccountDirectory, type AccountFilter } from '../application/account-directory.js';
import type { Account, AccountRole } from '../domain/account.js';
import type { AuthTables } from './auth.tables.js';
import { toAccount } from './postgres-account.repository.js';

/** What a search looks through, as the index `accounts_search` has it. */
const SEARCHED = sql<string>`(email_normalized || ' ' || lower(first_name || ' ' || last_name))`;

/** All accounts of auth_db. */
@Injectable()
export class PostgresAccountDirectory extends AccountDirectory {
  constructor(@Inject(Database) private readonly database: Database<AuthTables>) {
    super();
  }

  async list(filter: AccountFilter, page: PageRequest): Promise<Page<Account>> {
    const found = this.matching(filter);
    const order = new ListOrder([
      { column: 'created_at', type: 'timestamptz', direction: filter.oldestFirst === true ? 'asc' : 'desc' },
      { column: 'user_id', type: 'uuid' },
    ]);
    const rows = await order.pageOf(found.selectAll(), page).execute();
    const { total } = await found
      .select((count) => count.fn.countAll<bigint>().as('total'))
      .executeTakeFirstOrThrow();
    return pageOf(rows.map(toAccount), page, total, order.nextCursor(rows, page));
  }

  async holdAdministration(): Promise<void> {
    await sql`select pg_advisory_xact_lock(hashtext('administration'))`.execute(this.database.query);
  }

  async countAdministrators(): Promise<number> {
    const { total } = await this.database.query
      .selectFrom('accounts')
      .select((count) => count.fn.countAll<bigint>().as('total'))
      .where('role', '=', 'admin')
      .where('blocked_at', 'is', null)
      .executeTakeFirstOrThrow();
    return Number(total);
  }

  async setAccess(userId: string, access: { role: AccountRole; blocked: boolean }, at: Date): Promise<void> {
    await this.database.query
      .updateTable('accounts')
      .set({ role: access.role, blocked_at: access.blocked ? at : null, updated_at: at })
      .where('user_id', '=', userId)
      .execute();
  }

  private matching({ search, role, blocked }: AccountFilter) {
    let query = this.database.query.selectFrom('accounts');
    if (search !== undefined) query = query.where(SEARCHED, 'like', `%${escaped(search.toLowerCase())}%`);
    if (role !== undefined) query = query.where('role', '=', role);
    if (blocked !== undefined) query = query.where('blocked_at', blocked ? 'is not' : 'is', null);
    return query;
  }
}

/** The text as LIKE takes it for itself. */
function escaped(text: string): string {
  return text.replace(/[\\%_]/g, '\\$&');
}
