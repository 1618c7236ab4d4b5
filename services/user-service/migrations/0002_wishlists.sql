create table wishlist_items (
  id uuid primary key,
  user_id uuid not null,
  product_id uuid not null,
  added_at timestamptz not null default now(),
  constraint wishlist_items_once unique (user_id, product_id)
);

create index wishlist_items_of_user on wishlist_items (user_id, added_at desc);
