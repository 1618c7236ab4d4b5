-- What is in a day already is found by an index that is known to be unique: the planner then looks every id up, where by a
-- hash index it read the whole day whenever it knew little of it, as it does of every day that has just begun.
drop index behaviour_events_by_id;

do $$
declare
  day text;
begin
  for day in
    select child.relname
    from pg_inherits join pg_class child on child.oid = pg_inherits.inhrelid
    where pg_inherits.inhparent = 'behaviour_events'::regclass
  loop
    execute format('create unique index on %I (id)', day);
  end loop;
end
$$;
