import { Injectable } from '@nestjs/common';
import { Money } from '@vici/utils';
import { stringify } from 'csv-stringify/sync';
import type { AdminProduct } from '../application/admin-catalogue.js';
import { ProductFileWriter } from '../application/export-products.use-case.js';
import type { ImportFormat } from '../domain/product-import.js';
import { cellOfList, escapedFormula, RECORD_FIELDS } from './product-record.js';

const COLUMNS = [...RECORD_FIELDS];
/** JSON leaves them as they are, and readers of lines take them for the end of one. */
const LINE_SEPARATORS = /[\u2028\u2029]/g;

/** Files of products in CSV (RFC 4180, UTF-8 with a byte order mark, CRLF) and JSON Lines. */
@Injectable()
export class CsvAndJsonProductFileWriter extends ProductFileWriter {
  header(format: ImportFormat): string {
    return format === 'csv' ? stringify([COLUMNS], { bom: true, record_delimiter: 'windows' }) : '';
  }

  lines(format: ImportFormat, products: readonly AdminProduct[]): string {
    const records = products.map(recordOf);
    if (format === 'jsonl') return records.map(jsonLine).join('');
    return stringify(
      records.map((record) => COLUMNS.map((column) => cellOf(record[column]))),
      { record_delimiter: 'windows' },
    );
  }
}

type RecordValue = string | number | boolean | readonly string[] | object | undefined;

/** What an import reads of the product; fields that say nothing are left out. */
function recordOf(product: AdminProduct): Readonly<Record<string, RecordValue>> {
  const { currency, sale, variants, specifications } = product;
  const amount = (minor: bigint | undefined) =>
    minor === undefined ? undefined : Money.of(minor, currency).toDecimalString();
  return {
    sku: product.sku,
    name: product.name,
    slug: product.slug,
    description: product.description,
    longDescription: product.longDescription,
    price: amount(product.listPriceMinor),
    originalPrice: amount(product.listOriginalPriceMinor),
    currency,
    salePrice: amount(sale?.priceMinor),
    saleStartsAt: sale?.startsAt?.toISOString(),
    saleEndsAt: sale?.endsAt?.toISOString(),
    category: product.categorySlug,
    brand: product.brand,
    status: product.status,
    tags: product.tags,
    images: product.images,
    weightGrams: product.weightGrams,
    isNew: product.isNew,
    isFeatured: product.isFeatured,
    specifications: Object.keys(specifications).length === 0 ? undefined : specifications,
    variants:
      variants.length === 0
        ? undefined
        : variants.map(({ sku, name, attributes }, index) => ({
            sku,
            name,
            price: amount(product.variantPrices[index]?.listPriceMinor),
            salePrice: amount(product.variantPrices[index]?.salePriceMinor),
            attributes,
          })),
  };
}

function jsonLine(record: object): string {
  const text = JSON.stringify(record).replace(LINE_SEPARATORS, (sign) =>
    sign === '\u2028' ? '\\u2028' : '\\u2029',
  );
  return `${text}\n`;
}

function cellOf(value: RecordValue): string {
  if (value === undefined) return '';
  if (isList(value)) return escapedFormula(cellOfList(value));
  return typeof value === 'object' ? JSON.stringify(value) : escapedFormula(String(value));
}

function isList(value: RecordValue): value is readonly string[] {
  return Array.isArray(value) && value.every((entry) => typeof entry === 'string');
}
