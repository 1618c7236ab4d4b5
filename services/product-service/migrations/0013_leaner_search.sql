-- One document to find by and to rank by: the words of name (A) and labels (B) with their places, and of the
-- description, which ranks nothing, the stems alone. Half the size of two documents, so half the pages to read.
create function listing_document(name text, labels text, description text) returns tsvector
language sql immutable strict parallel safe
return search_vector(name, 'A') || search_vector(labels, 'B') || strip(to_tsvector('pg_catalog.english', description));

create or replace function refresh_search(ids uuid[]) returns void
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
    select id, old_words, attributes, listing_document(name, labels, description) as search,
      case when shown then search_words_of(name, labels, description) else '{}' end as words
    from source
  ), written as (
    update products p set words = i.words from indexed i where p.id = i.id and p.words <> i.words
  ), listed as (
    update product_listings l set attributes = i.attributes, search = i.search from indexed i
    where l.id = i.id and (l.search <> i.search or l.attributes <> i.attributes)
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
  select word, search_stem(word), change
  from difference order by word
  on conflict (word) do update set frequency = search_words.frequency + excluded.frequency;
  delete from search_words where frequency <= 0;
end;

alter table product_listings drop column ranked;
drop function search_document(text, text, text);

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

-- Codes are never corrected: a word that may be misspelt is looked for among words of letters.
drop index search_words_length;
create index search_words_letters on search_words (char_length(word)) where word !~ '[0-9]';

-- Statements here take milliseconds; compiling one takes longer than it. And a search sorts some megabytes.
do $$
begin
  execute format('alter database %I set jit = off', current_database());
  execute format('alter database %I set work_mem = %L', current_database(), '16MB');
end
$$;
