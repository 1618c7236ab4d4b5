-- The sum behind products.rating: rating is rating_sum / review_count, to one decimal.
alter table products add column rating_sum bigint not null default 0 check (rating_sum >= 0);

-- Who bought what, by confirmed orders: their reviews are verified.
create table buyers (
  user_id uuid not null,
  product_id uuid not null references products (id) on delete cascade,
  primary key (user_id, product_id)
);

-- How shoppers are called beside their reviews; a name that was told later replaces an earlier one.
create table review_authors (
  user_id uuid primary key,
  name text not null,
  avatar text,
  as_of timestamptz not null
);

create table reviews (
  id uuid primary key,
  product_id uuid not null references products (id) on delete cascade,
  user_id uuid not null references review_authors (user_id),
  rating smallint not null check (rating between 1 and 5),
  title text not null,
  comment text not null,
  images text[] not null default '{}',
  -- The number of its rows in review_votes.
  helpful integer not null default 0 check (helpful >= 0),
  verified boolean not null,
  -- Of the call that made it: the same call again gets the same review.
  idempotency_key text,
  created_at timestamptz not null default now(),
  unique (user_id, product_id)
);

create index reviews_by_age on reviews (product_id, created_at desc, id desc);
create index reviews_by_rating on reviews (product_id, rating desc, created_at desc, id desc);
create index reviews_by_helpfulness on reviews (product_id, helpful desc, created_at desc, id desc);

create table review_votes (
  review_id uuid not null references reviews (id) on delete cascade,
  user_id uuid not null,
  primary key (review_id, user_id)
);
