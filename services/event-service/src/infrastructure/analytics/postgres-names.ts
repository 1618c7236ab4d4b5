import { Inject, Injectable } from '@nestjs/common';
import { columnOf, Database, sql } from '@vici/database';
import { Names, Registrations } from '../../application/analytics/figures.port.js';
import type { EventTables } from '../event.tables.js';

/** Names in event_db. */
@Injectable()
export class PostgresNames extends Names {
  constructor(@Inject(Database) private readonly database: Database<EventTables>) {
    super();
  }

  async ofProducts(names: ReadonlyMap<string, string>): Promise<void> {
    await this.keep('product_names', 'product_id', names);
  }

  async ofCategories(names: ReadonlyMap<string, string>): Promise<void> {
    await this.keep('category_names', 'category_id', names);
  }

  /**
   * Only what has changed is written: most names come again and again. Those are not even tried, as a conflict locks the row
   * to the end of the transaction, and all who sell something of a category bring its name.
   */
  private async keep(table: string, column: string, names: ReadonlyMap<string, string>): Promise<void> {
    if (names.size === 0) return;
    const [kept, key, given] = [sql.table(table), sql.ref(column), [...names]];
    await sql`
      insert into ${kept} (${key}, name)
      select key, given.name
      from unnest(${columnOf(given, 'uuid', ([id]) => id)}, ${columnOf(given, 'text', ([, name]) => name)}) as given (key, name)
      where not exists (select from ${kept} known where known.${key} = given.key and known.name = given.name)
      order by key
      on conflict (${key}) do update set name = excluded.name where ${kept}.name <> excluded.name`.execute(
      this.database.query,
    );
  }
}

/** Registrations in event_db. */
@Injectable()
export class PostgresRegistrations extends Registrations {
  constructor(@Inject(Database) private readonly database: Database<EventTables>) {
    super();
  }

  async add(userId: string, at: Date): Promise<void> {
    await this.database.query
      .insertInto('customer_facts')
      .values({ user_id: userId, registered_at: at })
      .onConflict((on) => on.doNothing())
      .execute();
  }
}
