import { sql } from '@vici/database';
import type { RawBuilder } from 'kysely';
import type { Product, ProductStatus } from '../domain/product.js';

interface VariantJson {
  readonly id: string;
  readonly sku: string;
  readonly name: string;
  /** As text: a JSON number would lose digits of a bigint. */
  readonly priceMinor: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly stock: number;
  readonly backorderable: number;
}

/** A product with its category and variants, as one row. */
export interface ProductViewRow {
  readonly id: string;
  readonly sku: string;
  readonly slug: string;
  readonly name: string;
  readonly description: string;
  readonly long_description: string | null;
  readonly price_minor: bigint;
  readonly original_price_minor: bigint | null;
  readonly currency: string;
  readonly category_id: string;
  readonly category_name: string;
  readonly category_path: readonly string[];
  readonly images: readonly string[];
  readonly specifications: Readonly<Record<string, string>>;
  readonly tags: readonly string[];
  readonly brand: string | null;
  readonly weight_grams: number;
  readonly rating: string;
  readonly review_count: number;
  readonly stock: number;
  readonly backorderable: number;
  readonly is_new: boolean;
  readonly is_featured: boolean;
  readonly is_on_sale: boolean;
  readonly sale_ends_at: Date | null;
  readonly status: ProductStatus;
  readonly variants: readonly VariantJson[];
  readonly version: bigint;
  readonly created_at: Date;
  readonly updated_at: Date;
}

/** True while the sale of `products p` runs. The clock of the statement, for a transaction may have waited. */
export const SALE_RUNS = sql<boolean>`coalesce(p.sale_period @> statement_timestamp(), false)`;

/** What `products p` costs now; word for word what is stored where it has no sale. */
export const CURRENT_PRICES = sql`
  case when p.sale_period is null then p.price_minor when ${SALE_RUNS} then p.sale_price_minor
    else p.list_price_minor end as price_minor,
  case when p.sale_period is null then p.original_price_minor
    when ${SALE_RUNS} then greatest(p.list_price_minor, p.list_original_price_minor)
    else p.list_original_price_minor end as original_price_minor`;

const CURRENT_SALE = sql`
  case when p.sale_period is null then p.is_on_sale
    else ${SALE_RUNS} or coalesce(p.list_original_price_minor > p.list_price_minor, false) end as is_on_sale,
  case when ${SALE_RUNS} then upper(p.sale_period) end as sale_ends_at`;

/** What `variants v` of `products p` costs now. */
export const CURRENT_VARIANT_PRICE = sql`
  case when ${SALE_RUNS} then coalesce(v.sale_price_minor, v.price_minor) else v.price_minor end`;

const TEXTS = sql`p.description, p.long_description`;
const NO_TEXTS = sql`'' as description, null as long_description`;

/**
 * Selects the columns of {@link ProductViewRow}; `from` must bring `products p`.
 * @param texts false: the descriptions, most of a row, are left where they are
 */
export function productView(from: RawBuilder<unknown>, texts = true): RawBuilder<ProductViewRow> {
  return sql<ProductViewRow>`
    select p.id, p.sku, p.slug, p.name, ${texts ? TEXTS : NO_TEXTS},
      ${CURRENT_PRICES}, ${CURRENT_SALE},
      p.currency, p.category_id, c.name as category_name, c.path as category_path, p.images, p.specifications, p.tags,
      p.brand, p.weight_grams, p.rating, p.review_count, p.stock, p.backorderable, p.is_new, p.is_featured, p.status,
      of_product.variants, p.version, p.created_at, p.updated_at
    from ${from}
    join categories c on c.id = p.category_id
    cross join lateral (
      select coalesce(jsonb_agg(jsonb_build_object(
        'id', v.id, 'sku', v.sku, 'name', v.name, 'attributes', v.attributes,
        'priceMinor', (${CURRENT_VARIANT_PRICE})::text,
        'stock', greatest(coalesce(s.available, 0), 0), 'backorderable', coalesce(s.backorderable, 0)
      ) order by v.position), '[]') as variants
      from variants v
      -- By its key for each variant: joined any other way, all levels of a small shop are read for every product.
      left join lateral (select available, backorderable from stock_levels where sku = v.sku limit 1) s on true
      where v.product_id = p.id and v.removed_at is null
    ) of_product`;
}

/** A product from its row. */
export function toProduct(row: ProductViewRow): Product {
  return {
    id: row.id,
    sku: row.sku,
    slug: row.slug,
    name: row.name,
    description: row.description,
    longDescription: row.long_description ?? undefined,
    priceMinor: row.price_minor,
    originalPriceMinor: row.original_price_minor ?? undefined,
    currency: row.currency,
    categoryId: row.category_id,
    categoryName: row.category_name,
    categoryPath: row.category_path,
    images: row.images,
    specifications: row.specifications,
    tags: row.tags,
    brand: row.brand ?? undefined,
    weightGrams: row.weight_grams,
    rating: Number(row.rating),
    reviewCount: row.review_count,
    stock: row.stock,
    backorderable: row.backorderable,
    isNew: row.is_new,
    isFeatured: row.is_featured,
    isOnSale: row.is_on_sale,
    saleEndsAt: row.sale_ends_at ?? undefined,
    status: row.status,
    variants: row.variants.map((variant) => ({ ...variant, priceMinor: BigInt(variant.priceMinor) })),
    version: row.version,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}
