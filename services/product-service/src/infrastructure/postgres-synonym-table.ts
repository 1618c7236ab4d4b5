import { Inject, Injectable } from '@nestjs/common';
import { Database, sql } from '@vici/database';
import { type Synonyms, SynonymTable } from '../application/synonyms.js';
import type { ProductTables } from './product.tables.js';

/** The table search_synonyms. */
@Injectable()
export class PostgresSynonymTable extends SynonymTable {
  constructor(@Inject(Database) private readonly database: Database<ProductTables>) {
    super();
  }

  async list(): Promise<Synonyms[]> {
    const { rows } = await sql<Synonyms>`
      select min(word) as word, array_agg(synonym order by synonym) as synonyms
      from search_synonyms group by stem order by 1`.execute(this.database.query);
    return rows;
  }

  async replace({ word, synonyms }: Synonyms): Promise<Synonyms> {
    return await this.database.transaction(async () => {
      const { query } = this.database;
      const { rows } = await sql<{ synonym: string }>`
        delete from search_synonyms where stem = search_stem(${word}) returning synonym`.execute(query);
      await sql`
        insert into search_synonyms (stem, word, synonym)
        select search_stem(${word}), ${word}, synonym from unnest(${[...synonyms]}::text[]) as synonym
        on conflict do nothing`.execute(query);
      return { word, synonyms: rows.map(({ synonym }) => synonym).toSorted() };
    });
  }
}
