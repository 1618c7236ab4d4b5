-- Accounts elsewhere that sign in to an account here.
create table identities (
  issuer text not null,
  subject text not null,
  user_id uuid not null references accounts (user_id) on delete cascade,
  created_at timestamptz not null,
  primary key (issuer, subject),
  -- One identity of a provider: another one with the same address is somebody who got the address later.
  constraint one_identity_of_an_issuer unique (user_id, issuer)
);

-- Browsers on their way to a provider and back.
create table oidc_flows (
  hash bytea primary key,
  provider text not null,
  -- State, nonce and code verifier, encrypted with AUTH_KEY_ENCRYPTION_KEY.
  secrets_encrypted bytea not null,
  remember boolean not null,
  expires_at timestamptz not null
);
create index oidc_flows_by_expiry on oidc_flows (expires_at);
