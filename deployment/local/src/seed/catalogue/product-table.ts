import type { CatalogueProduct, CatalogueVariant } from './catalogue.types.js';

/** One product as it is written down in a category's table. */
export interface ProductRow {
  /** Last part of the SKU, unique within the table. */
  code: string;
  brand: string;
  name: string;
  /** US cents. */
  price: number;
  /** US cents before the sale. */
  was?: number;
  text: string;
  /** What only this product has; opens the long description. */
  detail: string;
  /** Values for the table's `specs`, in their order, separated by ` | `. */
  specs: string;
  /** Separated by commas. */
  tags: string;
  /** Units on hand, or units per variant; a variant on two axes is written `Navy / M`. */
  stock: number | Readonly<Record<string, number>>;
  /** US cents that a variant costs above `price`. */
  surcharge?: Readonly<Record<string, number>>;
  /** What the variants differ in, where it is not the table's `axes`. */
  axes?: readonly string[];
  /** Grams. */
  weight: number;
  mark?: 'new' | 'featured' | 'new featured';
}

/** The products of one leaf category and what they have in common. */
export interface ProductTable {
  categorySlug: string;
  skuPrefix: string;
  /** Names of the specifications, separated by ` | `. */
  specs: string;
  /** What the variants differ in. */
  axes: readonly string[];
  /** Materials and care; closes every long description. */
  care: string;
  rows: readonly ProductRow[];
}

const VARIANT_SEPARATOR = ' / ';
const CELL_SEPARATOR = ' | ';

/**
 * Builds the products of one table, in its order.
 *
 * @throws Error where a row does not fit its table: a specification or a variant axis without a value, or a
 *   surcharge for a variant that does not exist.
 */
export function productsOf(table: ProductTable): CatalogueProduct[] {
  return table.rows.map((row) => productOf(table, row));
}

function productOf(table: ProductTable, row: ProductRow): CatalogueProduct {
  const sku = `${table.skuPrefix}-${row.code}`;
  const variants = variantsOf(sku, row, row.axes ?? table.axes);
  return {
    sku,
    slug: slugOf(row.name),
    name: row.name,
    description: row.text,
    longDescription: `${row.detail} ${table.care}`,
    categorySlug: table.categorySlug,
    priceMinor: row.price,
    ...(row.was === undefined ? {} : { originalPriceMinor: row.was }),
    currency: 'USD',
    tags: row.tags.split(',').map((tag) => tag.trim()),
    specifications: zip(sku, table.specs.split(CELL_SEPARATOR), row.specs.split(CELL_SEPARATOR)),
    variants,
    stock:
      typeof row.stock === 'number' ? row.stock : variants.reduce((sum, variant) => sum + variant.stock, 0),
    weightGrams: row.weight,
    isNew: row.mark?.includes('new') ?? false,
    isFeatured: row.mark?.includes('featured') ?? false,
    brand: row.brand,
  };
}

function variantsOf(sku: string, row: ProductRow, axes: readonly string[]): CatalogueVariant[] {
  if (typeof row.stock === 'number') return [];
  const stockByName = row.stock;
  const stray = Object.keys(row.surcharge ?? {}).find((name) => !(name in stockByName));
  if (stray !== undefined) throw new Error(`${sku} has a surcharge for the unknown variant "${stray}"`);
  return Object.entries(stockByName).map(([name, stock]) => ({
    sku: `${sku}-${slugOf(name).toUpperCase()}`,
    name,
    priceMinor: row.price + (row.surcharge?.[name] ?? 0),
    attributes: zip(sku, axes, name.split(VARIANT_SEPARATOR)),
    stock,
  }));
}

function zip(sku: string, names: readonly string[], values: readonly string[]): Record<string, string> {
  if (names.length !== values.length) {
    throw new Error(`${sku} has ${values.length} values for ${names.length} names: ${values.join(', ')}`);
  }
  return Object.fromEntries(names.map((name, index) => [name, values[index] ?? '']));
}

function slugOf(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/\p{Diacritic}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
}
