-- Figures are read by statements of a few milliseconds: to start parallel workers, or to compile, takes longer than they do,
-- and the cores are there for several requests at once. Counts for connections made from now on.
do $$
begin
  execute format('alter database %I set max_parallel_workers_per_gather = 0', current_database());
  execute format('alter database %I set jit = off', current_database());
end
$$;
