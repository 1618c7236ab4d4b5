-- Events come into the archive from the bus. A batch recognises what it has already by the ids of the days around it.
create index behaviour_events_by_id on behaviour_events using hash (id);
create index behaviour_events_by_user on behaviour_events (user_id, received_at desc) where user_id is not null;
create index behaviour_events_by_session on behaviour_events (session_id, received_at desc);

-- Sent by a program.
alter table behaviour_events add column bot boolean not null default false;

-- From where sessions were seen: no event carries it, so it is told beside them. Of the browser only its family.
create table session_origins (
  session_id text not null,
  -- Truncated to /24 or /48.
  client_network cidr,
  user_agent text,
  first_seen_at timestamptz not null,
  last_seen_at timestamptz not null,
  unique nulls not distinct (session_id, client_network, user_agent)
);
create index session_origins_by_age on session_origins (last_seen_at);

insert into session_origins
select session_id, client_network, user_agent, min(received_at), max(received_at)
from behaviour_events
where client_network is not null or user_agent is not null
group by session_id, client_network, user_agent;

alter table behaviour_events drop column client_network, drop column user_agent;

create index session_users_by_user on session_users (user_id);
