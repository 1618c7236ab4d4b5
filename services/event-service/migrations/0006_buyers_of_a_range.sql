-- Distinct buyers do not add up, but buyers who come back do. A row counts who bought in a span and had bought in another
-- one the time before, day by day; '-infinity' is for those who had never bought. Who bought within a range is then who
-- bought there and not before in it: the sum over spans of the range with spans before it.
create table buyers_by_time (
  currency char(3) not null,
  -- 1: a UTC day, 2: a UTC month, as everywhere.
  grain smallint not null,
  starts_at timestamptz not null,
  previous_grain smallint not null,
  previous_starts_at timestamptz not null,
  buyers bigint not null,
  primary key (currency, grain, previous_grain, starts_at, previous_starts_at)
);

create index order_facts_by_buyer on order_facts (user_id, currency, confirmed_at) where not cancelled;

insert into buyers_by_time (currency, grain, starts_at, previous_grain, previous_starts_at, buyers)
select currency, span.grain, span.starts_at, earlier.grain, earlier.starts_at, count(*)
from (
  select currency, day,
    coalesce(lag(day) over (partition by user_id, currency order by day), '-infinity') as previous_day
  from (
    select distinct user_id, currency, date_trunc('day', confirmed_at, 'UTC') as day
    from order_facts where not cancelled
  ) bought
) come_back
cross join lateral (values (1::smallint, day), (2::smallint, date_trunc('month', day, 'UTC'))) as span (grain, starts_at)
cross join lateral (
  values (1::smallint, previous_day), (2::smallint, date_trunc('month', previous_day, 'UTC'))
) as earlier (grain, starts_at)
group by 1, 2, 3, 4, 5;
