import { json } from '@vici/database';
import { type RawBuilder, sql } from 'kysely';
import type { SavedProduct } from '../application/product.repository.js';

/** One statement for all products of a call: inserts the new ones, replaces the content of the others. */
export function writeProducts(products: readonly SavedProduct[]): RawBuilder<unknown> {
  return sql`
    insert into products (
      id, sku, slug, name, description, long_description, price_minor, original_price_minor, currency, category_id,
      images, specifications, tags, brand, weight_grams, is_new, is_featured, status
    )
    select id, sku, slug, name, description, long_description, price_minor, original_price_minor, currency, category_id,
      images, specifications, tags, brand, weight_grams, is_new, is_featured, status
    from rows from (jsonb_to_recordset(${json(products.map(productJson))}) as (
      id uuid, sku text, slug text, name text, description text, long_description text, price_minor bigint,
      original_price_minor bigint, currency text, category_id uuid, images text[], specifications jsonb, tags text[],
      brand text, weight_grams int, is_new boolean, is_featured boolean, status text
    )) with ordinality as input (
      id, sku, slug, name, description, long_description, price_minor, original_price_minor, currency, category_id,
      images, specifications, tags, brand, weight_grams, is_new, is_featured, status, position
    )
    -- In the order of the call: a slug one product gives up may be the next one's.
    order by position
    on conflict (id) do update set
      slug = excluded.slug, name = excluded.name, description = excluded.description,
      long_description = excluded.long_description, price_minor = excluded.price_minor,
      original_price_minor = excluded.original_price_minor, currency = excluded.currency,
      category_id = excluded.category_id, images = excluded.images, specifications = excluded.specifications,
      tags = excluded.tags, brand = excluded.brand, weight_grams = excluded.weight_grams, is_new = excluded.is_new,
      is_featured = excluded.is_featured, status = excluded.status,
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
    insert into variants (id, product_id, sku, name, price_minor, attributes, position)
    select id, product_id, sku, name, price_minor, attributes, position
    from jsonb_to_recordset(${json(products.flatMap(variantsJson))}) as input (
      id uuid, product_id uuid, sku text, name text, price_minor bigint, attributes jsonb, position int
    )
    on conflict (id) do update set
      name = excluded.name, price_minor = excluded.price_minor, attributes = excluded.attributes,
      position = excluded.position, removed_at = null`;
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
    original_price_minor:
      content.originalPriceMinor === undefined ? null : String(content.originalPriceMinor),
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
  };
}

function variantsJson({ id, content, variantIds }: SavedProduct) {
  return content.variants.map((variant, position) => ({
    id: variantIds.get(variant.sku),
    product_id: id,
    sku: variant.sku,
    name: variant.name,
    price_minor: String(variant.priceMinor),
    attributes: variant.attributes,
    position,
  }));
}
