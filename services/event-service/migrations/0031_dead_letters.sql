-- What consumers of any service gave up, as their dead-letter topics tell.
create table dead_letters (
  id uuid primary key,
  topic text not null,
  "partition" integer not null,
  "offset" text not null,
  key text not null,
  consumer_group text not null,
  event_type text not null,
  error_code text not null,
  error text not null,
  attempts integer not null,
  failed_at timestamptz not null,
  -- The message as it was; bytes, for it may be anything.
  value bytea not null,
  headers jsonb not null,
  -- Whom it is about, where it says so.
  user_id uuid,
  -- Somebody is giving it back; long ago: somebody died over it.
  replay_begun_at timestamptz,
  replayed_at timestamptz
);
create index dead_letters_newest on dead_letters (failed_at desc, id desc);
create index dead_letters_of_user on dead_letters (user_id) where user_id is not null;
