import { json, sql } from '@vici/database';
import type { RawBuilder } from 'kysely';
import type { SavedProduct } from '../application/product.repository.js';

/** One statement for all products of a call: inserts the new ones, replaces the content of the others. */
export function writeProducts(products: readonly SavedProduct[]): RawBuilder<unknown> {
  return sql`
    insert into products (
      id, sku, slug, name, description, long_description, price_minor, original_price_minor, currency, category_id,
      images, specifications, tags, brand, weight_grams, is_new, is_featured, status, list_price_minor,
      list_original_price_minor, sale_price_minor, sale_period, price_changes_at
    )
    select id, sku, slug, name, description, long_description,
      case when runs then sale_price_minor else price_minor end,
      case when runs then greatest(price_minor, original_price_minor) else original_price_minor end,
      currency, category_id, images, specifications, tags, brand, weight_grams, is_new, is_featured, status,
      case when period is not null then price_minor end,
      case when period is not null then original_price_minor end,
      sale_price_minor, period, next_price_change(period, statement_timestamp())
    from rows from (jsonb_to_recordset(${json(products.map(productJson))}) as (
      id uuid, sku text, slug text, name text, description text, long_description text, price_minor bigint,
      original_price_minor bigint, currency text, category_id uuid, images text[], specifications jsonb, tags text[],
      brand text, weight_grams int, is_new boolean, is_featured boolean, status text, sale_price_minor bigint,
      sale_starts_at timestamptz, sale_ends_at timestamptz
    )) with ordinality as input (
      id, sku, slug, name, description, long_description, price_minor, original_price_minor, currency, category_id,
      images, specifications, tags, brand, weight_grams, is_new, is_featured, status, sale_price_minor, sale_starts_at,
      sale_ends_at, position
    )
    cross join lateral (
      select case when sale_price_minor is not null then tstzrange(sale_starts_at, sale_ends_at) end as period
    ) sale
    cross join lateral (select coalesce(period @> statement_timestamp(), false) as runs) moment
    -- In the order of the call: a slug one product gives up may be the next one's.
    order by position
    on conflict (id) do update set
      slug = excluded.slug, name = excluded.name, description = excluded.description,
      long_description = excluded.long_description, price_minor = excluded.price_minor,
      original_price_minor = excluded.original_price_minor, currency = excluded.currency,
      category_id = excluded.category_id, images = excluded.images, specifications = excluded.specifications,
      tags = excluded.tags, brand = excluded.brand, weight_grams = excluded.weight_grams, is_new = excluded.is_new,
      is_featured = excluded.is_featured, status = excluded.status, list_price_minor = excluded.list_price_minor,
      list_original_price_minor = excluded.list_original_price_minor, sale_price_minor = excluded.sale_price_minor,
      sale_period = excluded.sale_period, price_changes_at = excluded.price_changes_at,
      version = products.version + 1, updated_at = now(), deleted_at = null`;
}

/** Removes the variants that the products have no more. */
export function removeVariants(products: readonly SavedProduct[]): RawBuilder<unknown> {
  const kept = products.flatMap(({ variantIds }) => [...variantIds.values()]);
  return sql`
    update variants set removed_at = now()
    where product_id = any(${products.map(({ id }) => id)}::uuid[])
      and removed_at is null and id <> all(${kept}::uuid[])`;
}

/** Writes the variants the products have now, those that come back among them. */
export function writeVariants(products: readonly SavedProduct[]): RawBuilder<unknown> {
  return sql`
    insert into variants (id, product_id, sku, name, price_minor, sale_price_minor, attributes, position)
    select id, product_id, sku, name, price_minor, sale_price_minor, attributes, position
    from jsonb_to_recordset(${json(products.flatMap(variantsJson))}) as input (
      id uuid, product_id uuid, sku text, name text, price_minor bigint, sale_price_minor bigint, attributes jsonb,
      position int
    )
    on conflict (id) do update set
      name = excluded.name, price_minor = excluded.price_minor, sale_price_minor = excluded.sale_price_minor, attributes = excluded.attributes,
      position = excluded.position, removed_at = null`;
}

/** Remembers the addresses that products are about to give up. */
export function rememberSlugs(products: readonly SavedProduct[]): RawBuilder<unknown> {
  return sql`
    insert into former_slugs (slug, product_id)
    select p.slug, p.id
    from products p
    join unnest(${products.map(({ id }) => id)}::uuid[], ${products.map(({ content }) => content.slug)}::text[])
      as next (id, slug) on next.id = p.id
    where p.slug <> next.slug
    on conflict (slug) do update set product_id = excluded.product_id, given_up_at = now()`;
}

/** Forgets the former addresses that are addresses again. */
export function forgetSlugs(products: readonly SavedProduct[]): RawBuilder<unknown> {
  return sql`delete from former_slugs where slug = any(${products.map(({ content }) => content.slug)})`;
}

/** As text: a JSON number would lose digits of a bigint. */
function minorText(minor: bigint | undefined): string | null {
  return minor === undefined ? null : String(minor);
}

function productJson({ id, content }: SavedProduct) {
  return {
    id,
    sku: content.sku,
    slug: content.slug,
    name: content.name,
    description: content.description,
    long_description: content.longDescription,
    price_minor: String(content.priceMinor),
    original_price_minor: minorText(content.originalPriceMinor),
    currency: content.currency,
    category_id: content.categoryId,
    images: content.images,
    specifications: content.specifications,
    tags: content.tags,
    brand: content.brand,
    weight_grams: content.weightGrams,
    is_new: content.isNew,
    is_featured: content.isFeatured,
    status: content.status,
    sale_price_minor: minorText(content.sale?.priceMinor),
    sale_starts_at: content.sale?.startsAt,
    sale_ends_at: content.sale?.endsAt,
  };
}

function variantsJson({ id, content, variantIds }: SavedProduct) {
  return content.variants.map((variant, position) => ({
    id: variantIds.get(variant.sku),
    product_id: id,
    sku: variant.sku,
    name: variant.name,
    price_minor: String(variant.priceMinor),
    sale_price_minor: minorText(variant.salePriceMinor),
    attributes: variant.attributes,
    position,
  }));
}
