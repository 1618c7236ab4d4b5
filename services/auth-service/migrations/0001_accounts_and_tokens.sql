create table accounts (
  user_id uuid primary key,
  email text not null,
  -- What two spellings of one address have in common; see domain/email.ts.
  email_normalized text not null,
  password_hash text not null,
  first_name text not null,
  last_name text not null,
  role text not null check (role in ('customer', 'support', 'admin')),
  email_verified boolean not null default false,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  constraint accounts_email unique (email_normalized)
);

-- A session is a family of refresh tokens: each use replaces one by the next. Only hashes are kept.
create table refresh_tokens (
  hash bytea primary key,
  session_id uuid not null,
  user_id uuid not null references accounts (user_id) on delete cascade,
  issued_at timestamptz not null,
  expires_at timestamptz not null,
  used_at timestamptz
);
create index refresh_tokens_of_session on refresh_tokens (session_id);
create index refresh_tokens_by_expiry on refresh_tokens (expires_at);

create table verification_tokens (
  hash bytea primary key,
  user_id uuid not null references accounts (user_id) on delete cascade,
  expires_at timestamptz not null
);

-- Keys that sign access tokens. The private half is encrypted with AUTH_KEY_ENCRYPTION_KEY.
create table signing_keys (
  kid text primary key,
  public_jwk jsonb not null,
  private_jwk_encrypted bytea not null,
  created_at timestamptz not null
);
