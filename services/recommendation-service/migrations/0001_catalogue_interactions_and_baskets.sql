-- What the index needs of a product, so that a restart asks nobody. A deleted product stays as a row with its version,
-- so that a late event does not bring it back.
create table products (
  product_id uuid primary key,
  version bigint not null,
  deleted boolean not null default false,
  name text not null default '',
  category_path uuid[] not null default '{}',
  category_name text not null default '',
  tags text[] not null default '{}',
  brand text,
  price bigint not null default 0,
  image text not null default '',
  rating double precision not null default 0,
  active boolean not null default false,
  created_at timestamptz not null default now()
);

-- Apart from products: stock may be told before the product is.
create table product_stock (
  product_id uuid primary key,
  available integer not null,
  as_of timestamptz not null
);

-- Shoppers' interest in products in order of arrival: the index is built by reading it from the start.
create table interactions (
  position bigint generated always as identity primary key,
  event_id uuid not null unique,
  user_id uuid,
  session_id text not null,
  product_id uuid not null,
  kind text not null check (kind in ('view', 'cart', 'purchase')),
  at timestamptz not null
);

create index interactions_by_time on interactions (at);

-- All-time interest of interactions that are past their retention.
create table past_interest (
  product_id uuid primary key,
  weight bigint not null
);

create table baskets (
  position bigint generated always as identity primary key,
  id text not null unique,
  bought_at timestamptz not null,
  customer text
);

create table basket_lines (
  basket bigint not null references baskets (position) on delete cascade,
  product_id uuid not null,
  quantity integer not null check (quantity > 0),
  primary key (basket, product_id)
);
