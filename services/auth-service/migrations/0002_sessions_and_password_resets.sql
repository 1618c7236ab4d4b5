-- What a user is shown of each session; its refresh tokens say whether it lives.
create table sessions (
  session_id uuid primary key,
  user_id uuid not null references accounts (user_id) on delete cascade,
  user_agent text not null,
  network text not null,
  -- Signed in to stay: every refresh token of the session has the longer lifetime.
  remember boolean not null,
  created_at timestamptz not null,
  last_seen_at timestamptz not null,
  expires_at timestamptz not null
);
create index sessions_of_user on sessions (user_id, last_seen_at desc);
create index sessions_by_expiry on sessions (expires_at);

insert into sessions (session_id, user_id, user_agent, network, remember, created_at, last_seen_at, expires_at)
select session_id, user_id, '', '', false, min(issued_at), max(issued_at), max(expires_at)
from refresh_tokens
group by session_id, user_id;

create index refresh_tokens_of_user on refresh_tokens (user_id);

create table password_reset_tokens (
  hash bytea primary key,
  user_id uuid not null references accounts (user_id) on delete cascade,
  expires_at timestamptz not null
);
create index password_reset_tokens_of_user on password_reset_tokens (user_id);
create index password_reset_tokens_by_expiry on password_reset_tokens (expires_at);

-- Wishes for a reset link, for addresses with an account and without alike: which it is shows only after the answer.
create table password_reset_requests (
  request_id uuid primary key,
  email text not null,
  requested_at timestamptz not null
);
create index password_reset_requests_in_order on password_reset_requests (requested_at);
