-- Promotions: conditions, limits and one action. Amounts are minor units of the promotion's currency.
create table promotions (
  id uuid primary key,
  -- In capitals. Without one it applies by itself.
  code text,
  name text not null,
  kind text not null check (kind in ('percentage', 'fixed', 'free_shipping', 'buy_x_get_y')),
  currency char(3) not null,
  -- Ten-thousandths.
  basis_points integer check (basis_points between 1 and 10000),
  amount bigint check (amount > 0),
  buy_quantity integer check (buy_quantity > 0),
  get_quantity integer check (get_quantity > 0),
  -- Of the goods it is for; both empty: all.
  product_ids uuid[] not null,
  category_ids uuid[] not null,
  min_subtotal bigint check (min_subtotal >= 0),
  first_order boolean not null,
  starts_at timestamptz,
  ends_at timestamptz,
  usage_limit integer check (usage_limit > 0),
  per_user_limit integer check (per_user_limit > 0),
  exclusive boolean not null,
  priority integer not null,
  active boolean not null,
  -- The number of its rows in promotion_redemptions; a limit lowered afterwards may lie below it.
  used integer not null default 0 check (used >= 0),
  -- Of the call that made it: the same call again gets the same promotion.
  request_key text,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  deleted_at timestamptz
) with (fillfactor = 85);
create unique index promotions_code on promotions (code) where deleted_at is null;
create unique index promotions_request_key on promotions (request_key);
create index promotions_newest on promotions (created_at desc, id desc) where deleted_at is null;
create index promotions_automatic on promotions (id) where code is null and active and deleted_at is null;

-- What is known of orders: whether they count as the shopper's, and which tries at paying them are over.
create table shopper_orders (
  order_id uuid primary key,
  user_id uuid,
  confirmed boolean not null default false,
  cancelled boolean not null default false,
  released_attempt integer not null default 0
);
create index shopper_orders_confirmed on shopper_orders (user_id) where confirmed and not cancelled;

create table promotion_redemptions (
  order_id uuid not null references shopper_orders (order_id),
  promotion_id uuid not null references promotions (id),
  user_id uuid not null,
  attempt integer not null,
  redeemed_at timestamptz not null default now(),
  primary key (order_id, promotion_id)
);

-- How many orders of each shopper use a promotion.
create table promotion_shoppers (
  user_id uuid not null,
  promotion_id uuid not null references promotions (id),
  used integer not null check (used >= 0),
  primary key (user_id, promotion_id)
);

-- The one order a shopper uses promotions of the first order for.
create table first_order_claims (
  user_id uuid primary key,
  order_id uuid not null
);
create index first_order_claims_order on first_order_claims (order_id);
