create table warehouses (
  id uuid primary key,
  code text not null unique,
  name text not null,
  created_at timestamptz not null default now()
);

-- The warehouse of a shop that has only one; changes that name no warehouse go here.
insert into warehouses (id, code, name) values ('01900000-0000-7000-8000-000000000001', 'MAIN', 'Main warehouse');

create table stock_items (
  sku text collate "C" not null,
  warehouse_id uuid not null references warehouses (id),
  product_id uuid not null,
  variant_id uuid,
  on_hand integer not null default 0,
  reserved integer not null default 0,
  version bigint not null default 0,
  primary key (sku, warehouse_id),
  constraint stock_items_never_oversold check (reserved >= 0 and on_hand >= 0 and reserved <= on_hand)
)
-- Rows are updated in place at every sale: room on the page keeps the index out of it.
with (fillfactor = 70);

-- Available units of each product over its SKUs. Changing it is the last lock of a transaction, in product order.
create table product_stock (
  product_id uuid primary key,
  available integer not null
)
with (fillfactor = 70);

-- The ledger: for every SKU and warehouse the deltas sum to on_hand.
create table stock_movements (
  id bigint generated always as identity primary key,
  sku text collate "C" not null,
  warehouse_id uuid not null,
  delta integer not null,
  kind text not null check (kind in ('RECEIVE', 'SET', 'ADD', 'SUBTRACT', 'SALE', 'RESTOCK')),
  reason text not null,
  reference text,
  order_id uuid,
  created_at timestamptz not null default now()
);

create index stock_movements_of_sku on stock_movements (sku, warehouse_id);
create index stock_movements_of_order on stock_movements (order_id) where order_id is not null;

create function refuse_ledger_rewrite() returns trigger language plpgsql as $$
begin
  raise exception 'stock_movements is append-only: correct a mistake with another movement';
end
$$;

create trigger stock_movements_append_only before update or delete on stock_movements
  for each row execute function refuse_ledger_rewrite();
create trigger stock_movements_never_truncated before truncate on stock_movements
  for each statement execute function refuse_ledger_rewrite();

-- Each change its caller gave a reference, so that it happens once.
create table stock_changes (
  reference text primary key,
  -- Of what was asked for: the same reference with another content is a mistake of the caller.
  fingerprint uuid not null,
  created_at timestamptz not null default now()
);

create table reservations (
  id uuid primary key,
  order_id uuid not null,
  -- A reservation that was released or expired may be followed by another one of the same order.
  attempt integer not null,
  status text not null check (status in ('ACTIVE', 'COMMITTED', 'RELEASED', 'EXPIRED')),
  expires_at timestamptz not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (order_id, attempt)
);

create unique index reservations_one_live_per_order on reservations (order_id) where status in ('ACTIVE', 'COMMITTED');
create index reservations_lapsing on reservations (expires_at) where status = 'ACTIVE';

create table reservation_lines (
  reservation_id uuid not null references reservations (id),
  sku text collate "C" not null,
  warehouse_id uuid not null,
  quantity integer not null check (quantity > 0),
  primary key (reservation_id, sku, warehouse_id),
  foreign key (sku, warehouse_id) references stock_items (sku, warehouse_id)
);
