-- Exports and erasures of what every service holds on a person.
create table data_requests (
  id uuid primary key,
  user_id uuid not null,
  kind text not null check (kind in ('export', 'erasure')),
  requested_at timestamptz not null,
  completed_at timestamptz
);

-- One export at a time; a person is erased once.
create unique index data_requests_one_open on data_requests (user_id, kind) where completed_at is null;
create unique index data_requests_one_erasure on data_requests (user_id) where kind = 'erasure';
create index data_requests_old_exports on data_requests (requested_at) where kind = 'export';

create table data_request_answers (
  request_id uuid not null references data_requests (id) on delete cascade,
  service text not null,
  part int not null check (part > 0),
  last boolean not null,
  answer jsonb not null,
  primary key (request_id, service, part)
);
