-- What lists and search look at, of the products that are shown: narrow rows, so that thousands of them are read in
-- milliseconds, while the wide rows of products are read only for the page that is asked for.
create table product_listings (
  id uuid primary key references products (id) on delete cascade,
  category_id uuid not null,
  price_minor bigint not null,
  rating numeric(3, 2) not null,
  review_count integer not null,
  popularity bigint not null,
  stock integer not null,
  in_stock boolean not null,
  is_new boolean not null,
  is_featured boolean not null,
  is_on_sale boolean not null,
  created_at timestamptz not null,
  name_text text not null,
  sku_text text not null,
  tags text[] not null,
  -- "name:value" of the variants' attributes, and "brand:" with the brand.
  attributes text[] not null default '{}',
  -- The words of name (A) and labels (B): what a match is ranked by.
  ranked tsvector not null default '',
  -- These and the description's (C): what a match is found by, through its index only.
  search tsvector not null default ''
) with (fillfactor = 85, toast_tuple_target = 640);
alter table product_listings alter column search set storage external;

-- Each serves one sort, of the whole catalogue or of one category, with the id as the tie-break.
create index listings_by_price on product_listings (price_minor, id);
create index listings_by_rating on product_listings (rating desc, review_count desc, id desc);
create index listings_by_age on product_listings (created_at desc, id desc);
create index listings_by_name on product_listings (name_text, id);
create index listings_by_popularity on product_listings (popularity desc, id desc);
create index listings_in_category_by_price on product_listings (category_id, price_minor, id);
create index listings_in_category_by_rating on product_listings (category_id, rating desc, review_count desc, id desc);
create index listings_in_category_by_age on product_listings (category_id, created_at desc, id desc);
create index listings_in_category_by_name on product_listings (category_id, name_text, id);
create index listings_in_category_by_popularity on product_listings (category_id, popularity desc, id desc);

create index listings_featured on product_listings (created_at desc) where is_featured;
create index listings_new on product_listings (created_at desc) where is_new;
create index listings_on_sale on product_listings (created_at desc) where is_on_sale;
create index listings_tags on product_listings using gin (tags);
create index listings_attributes on product_listings using gin (attributes);
create index listings_search on product_listings using gin (search);
create index listings_name_trigrams on product_listings using gin (name_text gin_trgm_ops);
create index listings_sku_trigrams on product_listings using gin (sku_text gin_trgm_ops);

-- Keeps a listing for every product that is shown, whoever writes it.
create function list_product() returns trigger
language plpgsql as $$
begin
  if new.status = 'INACTIVE' or new.deleted_at is not null then
    delete from product_listings where id = new.id;
    return null;
  end if;
  insert into product_listings (
    id, category_id, price_minor, rating, review_count, popularity, stock, in_stock, is_new, is_featured, is_on_sale,
    created_at, name_text, sku_text, tags
  )
  values (
    new.id, new.category_id, new.price_minor, new.rating, new.review_count, new.popularity, new.stock,
    new.stock > 0 and new.status = 'ACTIVE', new.is_new, new.is_featured, new.is_on_sale, new.created_at,
    new.name_text, new.sku_text, new.tags
  )
  on conflict (id) do update set
    category_id = excluded.category_id, price_minor = excluded.price_minor, rating = excluded.rating,
    review_count = excluded.review_count, popularity = excluded.popularity, stock = excluded.stock,
    in_stock = excluded.in_stock, is_new = excluded.is_new, is_featured = excluded.is_featured,
    is_on_sale = excluded.is_on_sale, created_at = excluded.created_at, name_text = excluded.name_text,
    sku_text = excluded.sku_text, tags = excluded.tags;
  return null;
end
$$;

create trigger list_product after insert or update on products for each row execute function list_product();

-- Words no product has any more, which every write looks for.
create index search_words_unused on search_words (word) where frequency <= 0;

-- Brings the search documents of the products, and the words they add to the vocabulary, up to date with their content,
-- variants and categories. Words of products that are not shown are left out: a correction must lead somewhere.
create function refresh_search(ids uuid[]) returns void
language sql volatile
begin atomic
  with source as materialized (
    select p.id, p.words as old_words, p.status <> 'INACTIVE' and p.deleted_at is null as shown,
      search_text(concat_ws(' ', p.name, p.sku, own.skus)) as name,
      search_text(concat_ws(' ', array_to_string(p.tags, ' '), p.brand, c.name, own.words)) as labels,
      search_text(p.description) as description,
      array(
        select distinct pair
        from unnest(own.attributes || array['brand:' || p.brand]) as pair where pair is not null order by pair
      ) as attributes
    from products p
    join categories c on c.id = p.category_id
    cross join lateral (
      select string_agg(distinct v.sku, ' ') as skus, string_agg(distinct attribute.value, ' ') as words,
        array_agg(attribute.name || ':' || attribute.value) as attributes
      from variants v
      left join lateral jsonb_each_text(v.attributes) as attribute (name, value) on true
      where v.product_id = p.id and v.removed_at is null
    ) own
    where p.id = any(ids)
  ), indexed as materialized (
    select id, old_words, attributes,
      search_vector(name, 'A') || search_vector(labels, 'B') as ranked,
      search_document(name, labels, description) as search,
      case when shown then search_words_of(name, labels, description) else '{}' end as words
    from source
  ), written as (
    update products p set words = i.words from indexed i where p.id = i.id and p.words <> i.words
  ), listed as (
    update product_listings l set attributes = i.attributes, ranked = i.ranked, search = i.search
    from indexed i where l.id = i.id
  ), difference as (
    select word, sum(change)::int as change
    from (
      select unnest(old_words) as word, -1 as change from indexed
      union all
      select unnest(words), 1 from indexed
    ) changes
    group by word having sum(change) <> 0
  )
  insert into search_words (word, stem, frequency)
  select word, coalesce((tsvector_to_array(to_tsvector('pg_catalog.english', word)))[1], word), change
  from difference order by word
  on conflict (word) do update set frequency = search_words.frequency + excluded.frequency;
  delete from search_words where frequency <= 0;
end;

update products set updated_at = updated_at;
do $$
declare
  batch uuid[];
  last uuid := '00000000-0000-0000-0000-000000000000';
begin
  loop
    batch := array(select id from products where id > last order by id limit 2000);
    exit when cardinality(batch) = 0;
    perform refresh_search(batch);
    last := batch[cardinality(batch)];
  end loop;
end
$$;

-- Nothing is looked up here any more: writers of products have less to keep.
drop index products_by_price, products_by_rating, products_by_age, products_by_name, products_by_popularity;
drop index products_tags, products_featured, products_new, products_on_sale;
alter table products drop column search;
