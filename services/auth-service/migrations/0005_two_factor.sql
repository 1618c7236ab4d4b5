alter table accounts add column two_factor boolean not null default false;
-- Somebody who signs in with an account elsewhere needs no password here.
alter table accounts alter column password_hash drop not null;

-- The secret of each account's authenticator app, encrypted with AUTH_KEY_ENCRYPTION_KEY.
create table two_factors (
  user_id uuid primary key references accounts (user_id) on delete cascade,
  secret_encrypted bytea not null,
  -- When it was turned on; until then it only waits for its first code.
  confirmed_at timestamptz,
  -- The time step of the last code that was taken (RFC 6238): no code is good twice.
  last_step bigint
);

create table recovery_codes (
  user_id uuid not null references accounts (user_id) on delete cascade,
  hash bytea not null,
  primary key (user_id, hash)
);

-- Logins that wait for their second factor.
create table login_challenges (
  hash bytea primary key,
  user_id uuid not null references accounts (user_id) on delete cascade,
  -- What the first factor was checked against; another password makes the challenge worth nothing.
  password_hash text,
  remember boolean not null,
  shopper_session_id text,
  expires_at timestamptz not null
);
create index login_challenges_by_expiry on login_challenges (expires_at);
