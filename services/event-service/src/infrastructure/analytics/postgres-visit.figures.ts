import { Inject, Injectable } from '@nestjs/common';
import { type ArrayElement, arrayOf, Database, sql } from '@vici/database';
import type { BehaviourType } from '@vici/events';
import { VisitFigures } from '../../application/analytics/figures.port.js';
import type { BehaviourEvent } from '../../application/check-event.js';
import type { EventTables } from '../event.tables.js';
import { spansAt } from './spans.sql.js';

const VIEWED = 1;
const CARTED = 2;
const CHECKOUT = 4;
const PURCHASED = 8;

/** What a visit has come to by an event. Who has bought has been at the checkout, whether or not a page said so. */
const STEPS: Readonly<Partial<Record<BehaviourType, number>>> = {
  product_view: VIEWED,
  product_click: VIEWED,
  add_to_cart: CARTED,
  checkout_start: CHECKOUT,
  checkout_complete: CHECKOUT | PURCHASED,
  purchase: CHECKOUT | PURCHASED,
};
/** An order outside of any session is no visit. */
const NO_VISIT = 'order:';

interface Visit {
  readonly day: string;
  readonly session: string;
  readonly startedAt: string;
  steps: number;
}

/** Visits in event_db. A visit counts in the time in which it was first seen. */
@Injectable()
export class PostgresVisitFigures extends VisitFigures {
  constructor(@Inject(Database) private readonly database: Database<EventTables>) {
    super();
  }

  async count(events: readonly BehaviourEvent[]): Promise<void> {
    const visits = visitsOf(events);
    if (visits.length === 0) return;
    const each = (pick: (visit: Visit) => string | number, element: ArrayElement) =>
      arrayOf(visits.map(pick), element);
    await sql`
      with given as (
        select * from unnest(
          ${each(({ day }) => day, 'date')},
          ${each(({ session }) => session, 'text')},
          ${each(({ startedAt }) => startedAt, 'timestamptz')},
          ${each(({ steps }) => steps, 'smallint')}
        ) as given (day, session_id, started_at, steps)
      ), known as (
        select visits.* from visits join given using (day, session_id)
      ), saved as (
        insert into visits (day, session_id, started_at, steps) select * from given
        on conflict (day, session_id) do update set steps = visits.steps | excluded.steps
      ), change as (
        select coalesce(known.started_at, given.started_at) as at,
          (known.session_id is null)::int as sessions,
          given.steps & ~coalesce(known.steps, 0::smallint) as steps
        from given left join known using (day, session_id)
      )
      insert into visits_by_time (grain, starts_at, sessions, viewed, carted, checkout, purchased)
      select span.grain, span.starts_at, sum(sessions),
        ${added(VIEWED)}, ${added(CARTED)}, ${added(CHECKOUT)}, ${added(PURCHASED)}
      from change cross join ${spansAt(sql`at`)}
      where sessions > 0 or steps > 0
      group by 1, 2
      on conflict (grain, starts_at) do update set
        sessions = visits_by_time.sessions + excluded.sessions,
        viewed = visits_by_time.viewed + excluded.viewed,
        carted = visits_by_time.carted + excluded.carted,
        checkout = visits_by_time.checkout + excluded.checkout,
        purchased = visits_by_time.purchased + excluded.purchased`.execute(this.database.query);
  }
}

function added(step: number) {
  return sql`count(*) filter (where steps & ${sql.lit(step)} > 0)`;
}

function visitsOf(events: readonly BehaviourEvent[]): Visit[] {
  const visits = new Map<string, Visit>();
  for (const { type, data } of events) {
    const session = data.sessionId;
    if (session.startsWith(NO_VISIT)) continue;
    const startedAt = new Date(data.timestamp).toISOString();
    const day = startedAt.slice(0, 10);
    const visit = visits.get(`${day} ${session}`) ?? { day, session, startedAt, steps: 0 };
    visit.steps |= STEPS[type] ?? 0;
    visits.set(`${day} ${session}`, visit);
  }
  return [...visits.values()];
}
