-- A sale: a price for a time. While there is one, list_price_minor is the price outside of it, and price_minor and
-- original_price_minor are what shoppers were shown last, for filters and sorting: every write and, when a sale begins
-- or ends, a timer bring them up to date. What a product that is read costs is computed from the period.
alter table products
  add column list_price_minor bigint check (list_price_minor >= 0),
  add column list_original_price_minor bigint check (list_original_price_minor >= 0),
  add column sale_price_minor bigint check (sale_price_minor >= 0),
  add column sale_period tstzrange,
  -- When shoppers' price changes next.
  add column price_changes_at timestamptz,
  add check ((sale_price_minor is null) = (sale_period is null)),
  add check ((sale_price_minor is null) = (list_price_minor is null));

create index products_price_changes on products (price_changes_at) where price_changes_at is not null;

alter table variants add column sale_price_minor bigint check (sale_price_minor >= 0);

-- The moment after `at` when a sale of the period begins or ends; null where nothing is to come.
create function next_price_change(period tstzrange, at timestamptz) returns timestamptz
language sql immutable parallel safe
return case
  when isempty(period) then null
  when lower(period) > at then lower(period)
  when upper(period) > at then upper(period)
end;

-- Addresses that products had before they got others: they still lead to them, and nobody else gets them.
create table former_slugs (
  slug text primary key,
  product_id uuid not null references products (id) on delete cascade,
  given_up_at timestamptz not null default now()
);

create index former_slugs_of_product on former_slugs (product_id);
create index former_slugs_stem on former_slugs (regexp_replace(slug, '-[0-9]+$', ''));
