import { sql } from '@vici/database';
import type { RawBuilder, Selectable } from 'kysely';
import type { StoredProduct } from '../application/product.repository.js';
import type { Sale } from '../domain/sale.js';
import type { ProductTables } from './product.tables.js';

interface StoredVariantJson {
  readonly id: string;
  readonly sku: string;
  readonly name: string;
  /** As text: a JSON number would lose digits of a bigint. */
  readonly priceMinor: string;
  readonly salePriceMinor: string | null;
  readonly attributes: Readonly<Record<string, string>>;
  readonly isRemoved: boolean;
}

/** A product as it is written, with all variants it ever had. */
export interface StoredProductRow
  extends Omit<Selectable<ProductTables['products']>, 'words' | 'name_text' | 'sku_text' | 'sale_period'> {
  readonly sale_starts_at: Date | null;
  readonly sale_ends_at: Date | null;
  readonly category_slug: string;
  readonly variants: readonly StoredVariantJson[];
}

/** The products `p` that the condition is true for. */
export function storedProducts(condition: RawBuilder<unknown>): RawBuilder<StoredProductRow> {
  return sql<StoredProductRow>`
    select p.id, p.sku, p.slug, p.name, p.description, p.long_description,
      coalesce(p.list_price_minor, p.price_minor) as price_minor,
      case when p.sale_period is null then p.original_price_minor else p.list_original_price_minor end
        as original_price_minor,
      p.sale_price_minor, lower(p.sale_period) as sale_starts_at, upper(p.sale_period) as sale_ends_at,
      p.currency, p.category_id, p.images, p.specifications, p.tags, p.brand, p.weight_grams, p.is_new, p.is_featured,
      p.status, p.deleted_at, p.version, c.slug as category_slug,
      (select coalesce(jsonb_agg(jsonb_build_object(
        'id', v.id, 'sku', v.sku, 'name', v.name, 'priceMinor', v.price_minor::text,
        'salePriceMinor', v.sale_price_minor::text, 'attributes', v.attributes,
        'isRemoved', v.removed_at is not null
      ) order by v.position), '[]') from variants v where v.product_id = p.id) as variants
    from products p join categories c on c.id = p.category_id where ${condition}`;
}

/** What the row says of the product's content. */
export function toStoredProduct(row: StoredProductRow): StoredProduct {
  return {
    id: row.id,
    isDeleted: row.deleted_at !== null,
    version: row.version,
    categorySlug: row.category_slug,
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
      sale: saleOf(row),
      variants: row.variants
        .filter(({ isRemoved }) => !isRemoved)
        .map(({ sku, name, priceMinor, salePriceMinor, attributes }) => ({
          sku,
          name,
          priceMinor: BigInt(priceMinor),
          salePriceMinor: salePriceMinor === null ? undefined : BigInt(salePriceMinor),
          attributes,
        })),
    },
  };
}

function saleOf({ sale_price_minor, sale_starts_at, sale_ends_at }: StoredProductRow): Sale | undefined {
  if (sale_price_minor === null) return undefined;
  return {
    priceMinor: sale_price_minor,
    startsAt: sale_starts_at ?? undefined,
    endsAt: sale_ends_at ?? undefined,
  };
}
