import type { Money as MoneyMessage } from '@vici/proto-gen/common';
import { type AdminProduct, ProductStatus } from '@vici/proto-gen/product';
import { Money } from '@vici/utils';
import type { CsvColumn } from '../streaming/csv-export.js';

const STATUS_NAMES: Readonly<Partial<Record<ProductStatus, string>>> = {
  [ProductStatus.ACTIVE]: 'ACTIVE',
  [ProductStatus.INACTIVE]: 'INACTIVE',
  [ProductStatus.OUT_OF_STOCK]: 'OUT_OF_STOCK',
};

/** What stands between the tags and between the pictures of one cell. */
const SEPARATOR = '|';

/** The columns of an export: those of an import, so that a file can be changed and imported again. */
export const productColumns: readonly CsvColumn<AdminProduct>[] = [
  { header: 'sku', value: ({ product }) => product?.sku },
  { header: 'name', value: ({ product }) => product?.name },
  { header: 'slug', value: ({ product }) => product?.slug },
  { header: 'description', value: ({ product }) => product?.description },
  { header: 'longDescription', value: ({ product }) => product?.longDescription },
  { header: 'price', value: ({ price }) => decimalText(price) },
  { header: 'originalPrice', value: ({ originalPrice }) => decimalText(originalPrice) },
  { header: 'currency', value: ({ price }) => price?.currency },
  { header: 'salePrice', value: ({ sale }) => decimalText(sale?.price) },
  { header: 'saleStartsAt', value: ({ sale }) => sale?.startsAt?.toISOString() },
  { header: 'saleEndsAt', value: ({ sale }) => sale?.endsAt?.toISOString() },
  { header: 'category', value: ({ categorySlug }) => categorySlug },
  { header: 'brand', value: ({ product }) => product?.brand },
  { header: 'status', value: ({ product }) => STATUS_NAMES[product?.status ?? ProductStatus.UNSPECIFIED] },
  { header: 'tags', value: ({ product }) => product?.tags.join(SEPARATOR) },
  { header: 'images', value: ({ product }) => product?.images.join(SEPARATOR) },
  { header: 'weightGrams', value: ({ product }) => product?.weightGrams },
  { header: 'isNew', value: ({ product }) => product?.isNew },
  { header: 'isFeatured', value: ({ product }) => product?.isFeatured },
  { header: 'specifications', value: ({ product }) => jsonText(product?.specifications) },
  { header: 'variants', value: (kept) => jsonText(variantsOf(kept)) },
];

function variantsOf({ product, variants }: AdminProduct) {
  return product?.variants.map(({ sku, name, attributes }, index) => ({
    sku,
    name,
    price: decimalText(variants[index]?.price),
    salePrice: decimalText(variants[index]?.salePrice),
    attributes,
  }));
}

function decimalText(money: MoneyMessage | undefined): string | undefined {
  return money && Money.of(money.minor, money.currency).toDecimalString();
}

/** Empty where there is nothing to say. */
function jsonText(value: object | undefined): string | undefined {
  return value === undefined || Object.keys(value).length === 0 ? undefined : JSON.stringify(value);
}
