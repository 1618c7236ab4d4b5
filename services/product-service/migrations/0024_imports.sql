-- Files of products. The row is the job: `processed` is where it goes on, whoever takes it up.
create table imports (
  id uuid primary key,
  requested_by uuid,
  format text not null check (format in ('csv', 'jsonl')),
  status text not null check (status in ('AWAITING', 'RUNNING', 'DONE', 'FAILED', 'CANCELLED')),
  dry_run boolean not null,
  -- Records read so far, and what became of them.
  processed integer not null default 0,
  created integer not null default 0,
  updated integer not null default 0,
  unchanged integer not null default 0,
  rejected integer not null default 0,
  failure text,
  created_at timestamptz not null default now(),
  started_at timestamptz,
  finished_at timestamptz,
  -- Until then it is in somebody's hands.
  leased_until timestamptz
);

create index imports_running on imports (started_at) where status = 'RUNNING';
create index imports_by_age on imports (created_at);

create table import_faults (
  id bigint generated always as identity primary key,
  import_id uuid not null references imports (id) on delete cascade,
  line integer not null,
  sku text not null,
  field text not null,
  message text not null
);

create index import_faults_of_import on import_faults (import_id, id);
