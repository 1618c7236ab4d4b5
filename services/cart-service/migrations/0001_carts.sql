-- The copy of every cart that outlives Redis; written behind within seconds, read when Redis does not know the cart.
create table carts (
  owner text primary key,
  cart_id uuid not null,
  version bigint not null,
  content jsonb not null,
  updated_at timestamptz not null
);
create index carts_by_update on carts (updated_at);
