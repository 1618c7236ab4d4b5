import { type RawBuilder, sql } from 'kysely';

/**
 * Brings the search documents of the products, and the words they add to the vocabulary, up to date with their
 * content, variants and categories. Words of products that are not shown are left out: a correction must lead somewhere.
 */
export function refreshSearch(ids: readonly string[]): RawBuilder<unknown> {
  return sql`
    with source as materialized (
      select p.id, p.words as old_words, p.status <> 'INACTIVE' and p.deleted_at is null as shown,
        search_text(concat_ws(' ', p.name, p.sku, array_to_string(array(
          select v.sku from variants v where v.product_id = p.id and v.removed_at is null
        ), ' '))) as name,
        search_text(concat_ws(' ', array_to_string(p.tags, ' '), p.brand, c.name)) as labels,
        search_text(p.description) as description
      from products p join categories c on c.id = p.category_id
      where p.id = any(${[...ids]}::uuid[])
    ), indexed as materialized (
      select id, old_words, search_document(name, labels, description) as search,
        case when shown then search_words_of(name, labels, description) else '{}' end as words
      from source
    ), written as (
      update products p set search = i.search, words = i.words from indexed i where p.id = i.id
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
    select word, coalesce((tsvector_to_array(to_tsvector('english', word)))[1], word), change
    from difference order by word
    on conflict (word) do update set frequency = search_words.frequency + excluded.frequency`;
}

/** Removes the words no product has any more. */
export function dropUnusedWords(): RawBuilder<unknown> {
  return sql`delete from search_words where frequency <= 0`;
}
