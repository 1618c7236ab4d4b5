import { Inject, Injectable } from '@nestjs/common';
import { Database, sql } from '@vici/database';
import { SearchFigures } from '../../application/analytics/figures.port.js';
import type { BehaviourEvent } from '../../application/check-event.js';
import { searchTerm } from '../../domain/search-term.js';
import type { EventTables } from '../event.tables.js';
import { spansAt } from './spans.sql.js';

/** Searches in event_db. */
@Injectable()
export class PostgresSearchFigures extends SearchFigures {
  constructor(@Inject(Database) private readonly database: Database<EventTables>) {
    super();
  }

  async count(events: readonly BehaviourEvent[]): Promise<void> {
    const searches = events.flatMap(({ type, data }) => {
      const term = type === 'search' ? searchTerm(data.query ?? '') : '';
      return term === ''
        ? []
        : [{ at: new Date(data.timestamp).toISOString(), term, empty: data.resultsCount === 0 }];
    });
    if (searches.length === 0) return;
    await sql`
      insert into searches_by_time (grain, starts_at, term, searches, without_result)
      select span.grain, span.starts_at, term, count(*), count(*) filter (where empty)
      from unnest(
        ${searches.map(({ at }) => at)}::timestamptz[],
        ${searches.map(({ term }) => term)}::text[],
        ${searches.map(({ empty }) => empty)}::boolean[]
      ) as search (at, term, empty)
      cross join ${spansAt(sql`at`)}
      group by 1, 2, 3
      on conflict (grain, starts_at, term) do update set
        searches = searches_by_time.searches + excluded.searches,
        without_result = searches_by_time.without_result + excluded.without_result`.execute(
      this.database.query,
    );
  }
}
