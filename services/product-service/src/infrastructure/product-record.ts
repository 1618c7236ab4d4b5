import { type FieldFault, isDomainError, Money } from '@vici/utils';
import { z } from 'zod';
import type { ImportRecord } from '../application/import-reader.js';
import type { PriceInput, ProductInput } from '../domain/product-draft.js';

/** What stands between the tags and between the pictures of one cell. */
const SEPARATOR = '|';

/** A record of either format: cells of CSV are text, an empty one is none. */
function cell(value: unknown): unknown {
  return value === '' || value === null ? undefined : value;
}

function fromJson(value: unknown): unknown {
  if (typeof value !== 'string' || value === '') return cell(value);
  try {
    return JSON.parse(value);
  } catch {
    // Not JSON: the schema says so, naming the field.
    return value;
  }
}

function fromList(value: unknown): unknown {
  if (typeof value !== 'string') return cell(value);
  const listed = value.startsWith('[') ? z.array(z.string()).safeParse(fromJson(value)) : undefined;
  return listed?.data ?? value.split(SEPARATOR).filter((entry) => entry !== '');
}

/** The cell that is read as these entries again: JSON where one of them holds what parts them. */
export function cellOfList(entries: readonly string[]): string {
  const cell = entries.join(SEPARATOR);
  const isPlain =
    entries.every((entry) => entry !== '' && !entry.includes(SEPARATOR)) && !cell.startsWith('[');
  return isPlain ? cell : JSON.stringify(entries);
}

/** What a spreadsheet would run. */
const FORMULA = /^(?='*[=+\-@\t\r＝＋－＠])/;
const ESCAPED_FORMULA = /^'(?='*[=+\-@\t\r＝＋－＠])/;

/** The cell with an apostrophe where a spreadsheet would run it as a formula. */
export function escapedFormula(cell: string): string {
  return cell.replace(FORMULA, "'");
}

/** The cell without that apostrophe. */
export function withoutEscape(cell: string): string {
  return cell.replace(ESCAPED_FORMULA, '');
}

function fromFlag(value: unknown): unknown {
  const word = typeof value === 'string' ? value.toLowerCase() : value;
  if (word === 'true' || word === '1') return true;
  return word === 'false' || word === '0' ? false : cell(value);
}

function fromNumber(value: unknown): unknown {
  return typeof value === 'string' && /^\d{1,9}$/.test(value) ? Number(value) : cell(value);
}

const text = z.preprocess(
  (value) => (typeof value === 'number' ? String(value) : cell(value)),
  z.string().optional(),
);
const amount = z.preprocess(
  (value) => (typeof value === 'number' ? String(value) : cell(value)),
  z.string().optional(),
);
const list = z.preprocess(fromList, z.array(z.string()).optional());
const words = z.preprocess(fromJson, z.record(z.string(), z.coerce.string()).optional());
const flag = z.preprocess(fromFlag, z.boolean().optional());
const moment = z.preprocess(cell, z.iso.datetime({ offset: true }).optional());

const recordSchema = z.object({
  sku: text,
  name: text,
  slug: text,
  description: text,
  longDescription: text,
  price: amount,
  originalPrice: amount,
  currency: text,
  salePrice: amount,
  saleStartsAt: moment,
  saleEndsAt: moment,
  category: text,
  brand: text,
  status: z.preprocess(cell, z.enum(['ACTIVE', 'INACTIVE', 'OUT_OF_STOCK']).optional()),
  tags: list,
  images: list,
  weightGrams: z.preprocess(fromNumber, z.int().optional()),
  isNew: flag,
  isFeatured: flag,
  specifications: words,
  variants: z.preprocess(
    fromJson,
    z
      .array(z.object({ sku: text, name: text, price: amount, salePrice: amount, attributes: words }))
      .optional(),
  ),
});

type ProductRecord = z.output<typeof recordSchema>;

/** The fields a record may have; another one is a fault of the whole file. */
export const RECORD_FIELDS: ReadonlySet<string> = new Set(Object.keys(recordSchema.shape));

/** The product of one record, or everything that is wrong with it. */
export function readRecord(
  line: number,
  raw: Readonly<Record<string, unknown>>,
  currency: string,
): ImportRecord {
  const sku = typeof raw['sku'] === 'string' ? raw['sku'].trim() : '';
  const parsed = recordSchema.safeParse(raw);
  if (!parsed.success) {
    const faults = parsed.error.issues.map(({ path, message }) => ({ field: path.join('.'), message }));
    return { line, sku, input: undefined, faults };
  }
  const faults: FieldFault[] = [];
  const input = inputOf(parsed.data, parsed.data.currency ?? currency, faults);
  return { line, sku: input.sku.trim(), input: faults.length === 0 ? input : undefined, faults };
}

function inputOf(record: ProductRecord, currency: string, faults: FieldFault[]): ProductInput {
  const price = (field: string, value: string | undefined) => priceOf(field, value, currency, faults);
  const { salePrice, saleStartsAt, saleEndsAt } = record;
  const time = (value: string | undefined) => (value === undefined ? undefined : new Date(value));
  return {
    sku: record.sku ?? '',
    name: record.name ?? '',
    slug: record.slug,
    description: record.description ?? '',
    longDescription: record.longDescription,
    price: price('price', record.price),
    originalPrice: price('originalPrice', record.originalPrice),
    sale:
      salePrice === undefined
        ? undefined
        : { price: price('salePrice', salePrice), startsAt: time(saleStartsAt), endsAt: time(saleEndsAt) },
    categorySlug: record.category ?? '',
    brand: record.brand,
    status: record.status,
    tags: record.tags ?? [],
    images: record.images ?? [],
    weightGrams: record.weightGrams ?? 0,
    isNew: record.isNew ?? false,
    isFeatured: record.isFeatured ?? false,
    specifications: record.specifications ?? {},
    variants: (record.variants ?? []).map((variant, index) => ({
      sku: variant.sku ?? '',
      name: variant.name ?? '',
      price: price(`variants[${index}].price`, variant.price),
      salePrice: price(`variants[${index}].salePrice`, variant.salePrice),
      attributes: variant.attributes ?? {},
    })),
  };
}

function priceOf(
  field: string,
  value: string | undefined,
  currency: string,
  faults: FieldFault[],
): PriceInput | undefined {
  if (value === undefined) return undefined;
  try {
    return { minor: Money.fromDecimal(value, currency).minor, currency };
  } catch (error) {
    if (!isDomainError(error, 'VALIDATION_FAILED')) throw error;
    faults.push({ field, message: `must be an amount with at most the decimals of ${currency}` });
    return undefined;
  }
}
