import { type RawBuilder, type Selectable, sql } from 'kysely';
import type { StoredProduct } from '../application/product.repository.js';
import type { ProductTables } from './product.tables.js';

interface StoredVariantJson {
  readonly id: string;
  readonly sku: string;
  readonly name: string;
  /** As text: a JSON number would lose digits of a bigint. */
  readonly priceMinor: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly isRemoved: boolean;
}

/** A product as it is written, with all variants it ever had. */
export interface StoredProductRow
  extends Omit<Selectable<ProductTables['products']>, 'search' | 'words' | 'name_text' | 'sku_text'> {
  readonly variants: readonly StoredVariantJson[];
}

/** The products of the SKUs. */
export function storedProducts(skus: readonly string[]): RawBuilder<StoredProductRow> {
  return sql<StoredProductRow>`
    select p.id, p.sku, p.slug, p.name, p.description, p.long_description, p.price_minor, p.original_price_minor,
      p.currency, p.category_id, p.images, p.specifications, p.tags, p.brand, p.weight_grams, p.is_new, p.is_featured,
      p.status, p.deleted_at,
      (select coalesce(jsonb_agg(jsonb_build_object(
        'id', v.id, 'sku', v.sku, 'name', v.name, 'priceMinor', v.price_minor::text, 'attributes', v.attributes,
        'isRemoved', v.removed_at is not null
      ) order by v.position), '[]') from variants v where v.product_id = p.id) as variants
    from products p where p.sku = any(${[...skus]})`;
}

/** What the row says of the product's content. */
export function toStoredProduct(row: StoredProductRow): StoredProduct {
  return {
    id: row.id,
    isDeleted: row.deleted_at !== null,
    variantIds: new Map(row.variants.map(({ sku, id }) => [sku, id])),
    content: {
      sku: row.sku,
      slug: row.slug,
      name: row.name,
      description: row.description,
      longDescription: row.long_description ?? undefined,
      priceMinor: row.price_minor,
      originalPriceMinor: row.original_price_minor ?? undefined,
      currency: row.currency,
      categoryId: row.category_id,
      images: row.images,
      specifications: row.specifications,
      tags: row.tags,
      brand: row.brand ?? undefined,
      weightGrams: row.weight_grams,
      isNew: row.is_new,
      isFeatured: row.is_featured,
      status: row.status,
      variants: row.variants
        .filter(({ isRemoved }) => !isRemoved)
        .map(({ sku, name, priceMinor, attributes }) => ({
          sku,
          name,
          priceMinor: BigInt(priceMinor),
          attributes,
        })),
    },
  };
}
