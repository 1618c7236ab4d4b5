-- Up to which version a cart was looked at for being abandoned, and what was in it when its shopper was last reminded.
alter table carts add column swept_version bigint not null default 0;
alter table carts add column abandoned_content uuid;
create index carts_to_sweep on carts (updated_at) where owner like 'user:%' and version > swept_version;

-- What the link of a reminder brings back; the token itself is only in the mail.
create table cart_restores (
  token_hash text primary key,
  user_id uuid not null,
  cart_id uuid not null,
  lines jsonb not null,
  expires_at timestamptz not null,
  used_at timestamptz
);
create index cart_restores_by_expiry on cart_restores (expires_at);
