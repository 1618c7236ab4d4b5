-- The most frequent terms of months are found without reading the others: a term's count in a month or on a day lies below
-- 2 ^ magnitude, and only a term that is high up somewhere can be high up in the sum. An index by the counts themselves
-- would be written with every search; these change when a count doubles. Until the housekeeping of event-service has measured the
-- rows that are there already (-1), all terms are added up as before. Quarters of an hour are not measured.
alter table searches_by_time
  add column magnitude smallint not null default -1,
  add column magnitude_without_result smallint not null default -1;

create function binary_digits(count bigint) returns smallint language sql immutable parallel safe
return width_bucket(count, array[
  1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096, 8192, 16384, 32768, 65536, 131072, 262144, 524288, 1048576,
  2097152, 4194304, 8388608, 16777216, 33554432, 67108864, 134217728, 268435456, 536870912, 1073741824, 2147483648
]::bigint[])::smallint;

create function measure_searches() returns trigger language plpgsql as $$
begin
  new.magnitude := binary_digits(new.searches);
  new.magnitude_without_result := binary_digits(new.without_result);
  return new;
end
$$;
create trigger measure_searches before insert or update on searches_by_time
  for each row when (new.grain > 0) execute function measure_searches();

create index searches_by_magnitude on searches_by_time (grain, magnitude, starts_at) where grain > 0;
create index searches_by_magnitude_without_result on searches_by_time (grain, magnitude_without_result, starts_at)
  where grain > 0;

-- All terms of a span together. Kept by triggers, so that a service of before this change counts in them too.
create table searches_in_total (
  grain smallint not null,
  starts_at timestamptz not null,
  searches bigint not null,
  without_result bigint not null,
  primary key (grain, starts_at)
);

create function total_searches() returns trigger language plpgsql as $$
begin
  if tg_op = 'INSERT' then
    insert into searches_in_total as kept (grain, starts_at, searches, without_result)
    select grain, starts_at, sum(searches), sum(without_result) from rows_after group by 1, 2 order by 1, 2
    on conflict (grain, starts_at) do update set
      searches = kept.searches + excluded.searches, without_result = kept.without_result + excluded.without_result;
  else
    insert into searches_in_total as kept (grain, starts_at, searches, without_result)
    select grain, starts_at, sum(searches), sum(without_result)
    from (
      select grain, starts_at, searches, without_result from rows_after
      union all
      select grain, starts_at, -searches, -without_result from rows_before
    ) as change
    group by 1, 2 having sum(searches) <> 0 or sum(without_result) <> 0 order by 1, 2
    on conflict (grain, starts_at) do update set
      searches = kept.searches + excluded.searches, without_result = kept.without_result + excluded.without_result;
  end if;
  return null;
end
$$;
-- The rebuild of the figures, which alone deletes rows, empties both tables.
create trigger total_new_searches after insert on searches_by_time
  referencing new table as rows_after for each statement execute function total_searches();
create trigger total_more_searches after update on searches_by_time
  referencing old table as rows_before new table as rows_after for each statement execute function total_searches();

insert into searches_in_total (grain, starts_at, searches, without_result)
select grain, starts_at, sum(searches), sum(without_result) from searches_by_time group by 1, 2;
