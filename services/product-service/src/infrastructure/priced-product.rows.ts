import { arrayOf, sql } from '@vici/database';
import type { RawBuilder } from 'kysely';
import type { PricedProduct, Variant } from '../domain/product.js';
import { CURRENT_PRICES, CURRENT_VARIANT_PRICE, type ProductViewRow } from './product.rows.js';

interface VariantColumns {
  readonly variant_id: string;
  readonly variant_sku: string;
  readonly variant_name: string;
  readonly variant_price_minor: bigint;
  readonly attributes: Readonly<Record<string, string>>;
  readonly variant_stock: number;
  readonly variant_backorderable: number;
}

/** A product and one of its variants, if one was asked for. */
type PricedRow = Pick<
  ProductViewRow,
  | 'id'
  | 'sku'
  | 'name'
  | 'price_minor'
  | 'original_price_minor'
  | 'currency'
  | 'category_id'
  | 'category_name'
  | 'category_path'
  | 'specifications'
  | 'weight_grams'
  | 'stock'
  | 'backorderable'
  | 'status'
> & { readonly image: string | null } & (VariantColumns | { readonly variant_id: null });

const OF_PRODUCT = sql`
  p.id, p.sku, p.name, ${CURRENT_PRICES}, p.currency, p.category_id, c.name as category_name, c.path as category_path,
  p.images[1] as image, p.specifications, p.weight_grams, p.stock, p.backorderable, p.status`;

/**
 * What lines of a cart are priced by: a row a product and variant, a product without one of the variants once. Where no
 * variant is asked for, none is looked for.
 */
export function pricedProducts(ids: readonly string[], variantIds: readonly string[]): RawBuilder<PricedRow> {
  const wanted = sql`p.id = any(${arrayOf(ids, 'uuid')}) and p.deleted_at is null`;
  if (variantIds.length === 0)
    return sql<PricedRow>`
      select ${OF_PRODUCT}, null::uuid as variant_id
      from products p join categories c on c.id = p.category_id where ${wanted}`;
  return sql<PricedRow>`
    select ${OF_PRODUCT}, v.*
    from products p join categories c on c.id = p.category_id
    left join lateral (
      select v.id as variant_id, v.sku as variant_sku, v.name as variant_name, v.attributes,
        ${CURRENT_VARIANT_PRICE} as variant_price_minor, greatest(coalesce(s.available, 0), 0) as variant_stock,
        coalesce(s.backorderable, 0) as variant_backorderable
      from variants v
      left join lateral (select available, backorderable from stock_levels where sku = v.sku limit 1) s on true
      where v.product_id = p.id and v.removed_at is null and v.id = any(${arrayOf(variantIds, 'uuid')})
      order by v.position
    ) v on true
    where ${wanted}`;
}

/** The products of the rows, by id. */
export function toPricedProducts(rows: readonly PricedRow[]): Map<string, PricedProduct> {
  const byId = new Map<string, PricedProduct & { readonly variants: Variant[] }>();
  for (const row of rows) {
    const product = byId.get(row.id) ?? {
      id: row.id,
      sku: row.sku,
      name: row.name,
      priceMinor: row.price_minor,
      originalPriceMinor: row.original_price_minor ?? undefined,
      currency: row.currency,
      categoryId: row.category_id,
      categoryName: row.category_name,
      categoryPath: row.category_path,
      image: row.image ?? undefined,
      specifications: row.specifications,
      weightGrams: row.weight_grams,
      stock: row.stock,
      backorderable: row.backorderable,
      status: row.status,
      variants: [],
    };
    byId.set(row.id, product);
    if (row.variant_id === null) continue;
    product.variants.push({
      id: row.variant_id,
      sku: row.variant_sku,
      name: row.variant_name,
      priceMinor: row.variant_price_minor,
      attributes: row.attributes,
      stock: row.variant_stock,
      backorderable: row.variant_backorderable,
    });
  }
  return byId;
}
