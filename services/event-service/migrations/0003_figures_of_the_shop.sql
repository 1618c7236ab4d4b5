-- The read model of dashboard and analytics. Facts come from events, one row per thing; figures are sums of them per span of
-- time, kept at three grains (0: a quarter of an hour, which every time zone is cut by; 1: a UTC day; 2: a UTC month), so
-- that any range is a few spans. Amounts are minor units.

-- A confirmed order. Its revenue is total - refunded, and nothing once it is cancelled; it counts when it was confirmed.
create table order_facts (
  order_id uuid primary key,
  user_id uuid not null,
  currency char(3) not null,
  confirmed_at timestamptz not null,
  cancelled boolean not null,
  total bigint not null,
  refunded bigint not null,
  -- [{productId, categoryId?, units, revenue}]; revenue before discount, shipping and tax of the order.
  lines jsonb not null
);
create index order_facts_buyers on order_facts (confirmed_at, user_id) where not cancelled;

create table customer_facts (
  user_id uuid primary key,
  registered_at timestamptz not null
);
create index customer_facts_by_time on customer_facts (registered_at);

create table product_names (product_id uuid primary key, name text not null);
create table category_names (category_id uuid primary key, name text not null);

create table sales_by_time (
  grain smallint not null,
  starts_at timestamptz not null,
  currency char(3) not null,
  orders bigint not null,
  revenue bigint not null,
  refunded bigint not null,
  primary key (grain, currency, starts_at)
);

create table sales_by_product (
  grain smallint not null,
  starts_at timestamptz not null,
  currency char(3) not null,
  product_id uuid not null,
  units bigint not null,
  revenue bigint not null,
  primary key (grain, currency, starts_at, product_id)
);

create table sales_by_category (
  grain smallint not null,
  starts_at timestamptz not null,
  currency char(3) not null,
  -- Null-free key: products without a category share the nil UUID.
  category_id uuid not null,
  units bigint not null,
  revenue bigint not null,
  primary key (grain, currency, starts_at, category_id)
);

-- A session on one UTC day and how far it came: 1 viewed, 2 cart, 4 checkout, 8 purchase.
create table visits (
  day date not null,
  session_id text not null,
  started_at timestamptz not null,
  steps smallint not null,
  primary key (day, session_id)
);
create index visits_by_age on visits (started_at);

create table visits_by_time (
  grain smallint not null,
  starts_at timestamptz not null,
  sessions bigint not null,
  viewed bigint not null,
  carted bigint not null,
  checkout bigint not null,
  purchased bigint not null,
  primary key (grain, starts_at)
);

create table searches_by_time (
  grain smallint not null,
  starts_at timestamptz not null,
  term text not null,
  searches bigint not null,
  without_result bigint not null,
  primary key (grain, starts_at, term)
);

-- Products a shopper came to by a recommendation; a purchase within a week is its effect.
create table recommendation_clicks (
  session_id text not null,
  product_id uuid not null,
  user_id uuid,
  clicked_at timestamptz not null,
  primary key (session_id, product_id)
);
create index recommendation_clicks_by_user on recommendation_clicks (user_id, product_id) where user_id is not null;
create index recommendation_clicks_by_age on recommendation_clicks (clicked_at);

create table recommendations_by_time (
  grain smallint not null,
  starts_at timestamptz not null,
  -- Empty for what has no price.
  currency text not null,
  impressions bigint not null,
  clicks bigint not null,
  added_to_cart bigint not null,
  purchases bigint not null,
  revenue bigint not null,
  -- Of everything bought, recommended or not.
  all_revenue bigint not null,
  primary key (grain, currency, starts_at)
);
