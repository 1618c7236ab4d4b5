create extension if not exists pg_trgm;
create extension if not exists fuzzystrmatch;

create table categories (
  id uuid primary key,
  slug text not null unique,
  name text not null,
  description text not null default '',
  parent_id uuid references categories (id),
  -- Its own id first, then its ancestors up to the root.
  path uuid[] not null,
  image text not null default '',
  icon text,
  is_active boolean not null default true,
  sort_order integer not null default 0,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);

create index categories_path on categories using gin (path);

-- How text is compared in search: letters without accents, in lower case, words parted by one space. Apostrophes join
-- ("lady's" is "ladys"); every other sign parts. Signs are listed by number because the classes of a regular
-- expression depend on the locale of the database.
create function search_text(value text) returns text
language sql immutable strict parallel safe
return trim(
  regexp_replace(
    lower(regexp_replace(normalize(value, NFKD), '[\u0300-\u036f''\u2018\u2019]', '', 'g')),
    '[\u0001-\u002f\u003a-\u0040\u005b-\u0060\u007b-\u00bf\u2000-\u2bff\u3000-\u303f\ue000-\uf8ff\ufe00-\ufe0f\uff00-\uff0f\U0001f000-\U0010ffff]+',
    ' ', 'g'
  )
);

-- The words of a text as they stand and as their English stems: the first find names and codes, the second plurals.
-- This and what follows take texts of search_text.
create function search_vector(value text, weight "char") returns tsvector
language sql immutable strict parallel safe
return setweight(to_tsvector('pg_catalog.simple', value) || to_tsvector('pg_catalog.english', value), weight);

create function search_document(name text, labels text, description text) returns tsvector
language sql immutable strict parallel safe
return search_vector(name, 'A') || search_vector(labels, 'B') || search_vector(description, 'C');

-- The words a query may be completed or corrected to: of at most 40 characters, more is no word.
create function search_words_of(name text, labels text, description text) returns text[]
language sql immutable strict parallel safe
return array(
  select word
  from unnest(tsvector_to_array(to_tsvector(
    'pg_catalog.simple', name || ' ' || labels || ' ' || description
  ))) as word
  where char_length(word) <= 40
);

-- Two words of the same sorted letters differ only by their order.
create function sorted_letters(word text) returns text
language sql immutable strict parallel safe
return (select string_agg(letter, '' order by letter) from regexp_split_to_table(word, '') as letter);

create table products (
  id uuid primary key,
  sku text not null unique,
  slug text not null unique,
  name text not null,
  description text not null,
  long_description text,
  price_minor bigint not null check (price_minor >= 0),
  original_price_minor bigint check (original_price_minor >= 0),
  currency char(3) not null,
  category_id uuid not null references categories (id),
  images text[] not null default '{}',
  specifications jsonb not null default '{}',
  tags text[] not null default '{}',
  brand text,
  weight_grams integer not null default 0,
  rating numeric(3, 2) not null default 0 check (rating between 0 and 5),
  review_count integer not null default 0 check (review_count >= 0),
  is_new boolean not null default false,
  is_featured boolean not null default false,
  is_on_sale boolean not null generated always as (coalesce(original_price_minor > price_minor, false)) stored,
  status text not null check (status in ('ACTIVE', 'INACTIVE', 'OUT_OF_STOCK')),
  -- Available units over its SKUs: the sum of stock_levels, kept here for filters and sorting.
  stock integer not null default 0,
  -- Units sold in confirmed orders.
  popularity bigint not null default 0,
  name_text text not null generated always as (search_text(name)) stored,
  -- The SKU without signs, so that a part of it is found however it is written.
  sku_text text not null generated always as (replace(search_text(sku), ' ', '')) stored,
  -- search_document of the product; a product is written first and its search after its variants.
  search tsvector not null default '',
  -- What this product adds to search_words; empty while it is not shown.
  words text[] not null default '{}',
  -- Grows with every change of the content, not with stock, ratings or popularity.
  version bigint not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  deleted_at timestamptz
);

-- What shoppers see; each index serves one sort, with the id as the tie-break.
create index products_by_price on products (price_minor, id) where status <> 'INACTIVE' and deleted_at is null;
create index products_by_rating on products (rating desc, review_count desc, id desc) where status <> 'INACTIVE' and deleted_at is null;
create index products_by_age on products (created_at desc, id desc) where status <> 'INACTIVE' and deleted_at is null;
create index products_by_name on products (name_text, id) where status <> 'INACTIVE' and deleted_at is null;
create index products_by_popularity on products (popularity desc, id desc) where status <> 'INACTIVE' and deleted_at is null;

create index products_in_category on products (category_id);
create index products_tags on products using gin (tags);
create index products_featured on products (created_at desc) where is_featured;
create index products_new on products (created_at desc) where is_new;
create index products_on_sale on products (created_at desc) where is_on_sale;
create index products_search on products using gin (search);
create index products_name_trigrams on products using gin (name_text gin_trgm_ops);
create index products_sku_trigrams on products using gin (sku_text gin_trgm_ops);
-- Finds the taken slugs 'chair', 'chair-2', 'chair-3' at once.
create index products_slug_stem on products (regexp_replace(slug, '-[0-9]+$', ''));

create table variants (
  id uuid primary key,
  product_id uuid not null references products (id),
  sku text not null,
  name text not null,
  price_minor bigint not null check (price_minor >= 0),
  attributes jsonb not null default '{}',
  position integer not null,
  -- A variant is never deleted: orders and carts still name it, and its SKU may come back.
  removed_at timestamptz
);

create unique index variants_sku on variants (sku) where removed_at is null;
create index variants_of_product on variants (product_id, position);

-- What inventory last said of each SKU, also of SKUs the catalogue does not know (yet).
create table stock_levels (
  sku text primary key,
  available integer not null,
  version bigint not null
);

-- Every word of the shown products, with the number of products that hold it.
create table search_words (
  word text collate "C" primary key,
  stem text collate "C" not null,
  frequency integer not null
);

create index search_words_stem on search_words (stem text_pattern_ops);
create index search_words_length on search_words (char_length(word));
