create extension if not exists pg_trgm;

alter table accounts add column blocked_at timestamptz;

create index accounts_by_age on accounts (created_at desc, user_id);
-- For the search of the administration; see PostgresAccountDirectory.
create index accounts_search on accounts using gin ((email_normalized || ' ' || lower(first_name || ' ' || last_name)) gin_trgm_ops);

-- Privileged acts of every service. Rows are added and never changed.
create table audit_log (
  -- The id of the event that told of it.
  entry_id uuid primary key,
  action text not null,
  actor_role text not null,
  actor_id text,
  actor_service text,
  target_type text not null,
  target_id text not null,
  before jsonb,
  after jsonb,
  note text,
  network text,
  request_id text not null,
  recorded_at timestamptz not null
);
create index audit_log_by_time on audit_log (recorded_at desc, entry_id);
create index audit_log_of_actor on audit_log (actor_id, recorded_at desc);
create index audit_log_of_target on audit_log (target_type, target_id, recorded_at desc);
create index audit_log_by_action on audit_log (action text_pattern_ops, recorded_at desc);

create function refuse_change_of_audit_log() returns trigger language plpgsql as $$
begin
  raise exception 'The audit log is only added to';
end;
$$;
create trigger audit_log_is_final before update or delete on audit_log
for each row execute function refuse_change_of_audit_log();
