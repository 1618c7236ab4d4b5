-- Ids of the events of the last two days: what makes an event sent twice count once. Apart from the events, because a
-- partitioned table cannot be unique on the id alone.
create table event_ids (
  id uuid primary key,
  received_at timestamptz not null
);
create index event_ids_by_age on event_ids (received_at);

-- Every behaviour event, one partition per UTC day of arrival; old days are dropped as a whole.
create table behaviour_events (
  id uuid not null,
  event_type text not null,
  user_id uuid,
  session_id text not null,
  occurred_at timestamptz not null,
  received_at timestamptz not null,
  -- The event's data exactly as it was published.
  data jsonb not null,
  -- Truncated to /24 or /48. Address and browser stay here, no event carries them.
  client_network cidr,
  user_agent text,
  primary key (received_at, id)
) partition by range (received_at);

-- Which users signed in during which session, so that a guest's events can be counted as the user's later on.
create table session_users (
  session_id uuid not null,
  user_id uuid not null,
  first_seen_at timestamptz not null,
  last_seen_at timestamptz not null,
  primary key (session_id, user_id)
);
create index session_users_by_age on session_users (last_seen_at);
