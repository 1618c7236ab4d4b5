-- Shoppers who are to be forgotten, as a log like the others: an index taken in from a snapshot reads on here, too.
create table erased_shoppers (
  position bigint generated always as identity primary key,
  user_id uuid not null,
  at timestamptz not null default now()
);

-- Tells these logs from those of another database: positions of one mean nothing in the other.
create table log_identity (
  id uuid primary key default gen_random_uuid()
);
insert into log_identity default values;
