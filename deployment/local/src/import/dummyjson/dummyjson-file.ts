import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { z } from 'zod';
import { ImportFileError } from '../import-file.error.js';

/** Packed or not, as the data comes. */
const FILE_NAMES = ['products.json.gz', 'products.json'];

const words = z.string().trim();

const reviewSchema = z.object({
  rating: z.int().min(1).max(5),
  comment: words.min(1),
  reviewerName: words.min(1),
  reviewerEmail: words.min(1),
});

/** What the import takes of a DummyJSON product; what else there is does not matter. */
const productSchema = z.object({
  title: words.min(1),
  description: words,
  category: words.regex(/^[a-z0-9]+(?:-[a-z0-9]+)*$/, 'must be a slug'),
  price: z.number().min(0),
  discountPercentage: z.number().min(0).max(99).default(0),
  stock: z.int().min(0),
  tags: z.array(words).default([]),
  brand: words.optional(),
  sku: words.min(1),
  weight: z.number().min(0).optional(),
  dimensions: z.object({ width: z.number(), height: z.number(), depth: z.number() }).optional(),
  warrantyInformation: words.optional(),
  shippingInformation: words.optional(),
  returnPolicy: words.optional(),
  minimumOrderQuantity: z.int().optional(),
  meta: z.object({ barcode: words.optional() }).optional(),
  reviews: z.array(reviewSchema).default([]),
});

export type DummyProduct = z.infer<typeof productSchema>;
export type DummyReview = z.infer<typeof reviewSchema>;

/** As the API answers (`{ products: [...] }`), or the list alone. */
const fileSchema = z.union([
  z.array(productSchema),
  z.object({ products: z.array(productSchema) }).transform(({ products }) => products),
]);

/**
 * Reads the products of a folder with DummyJSON's data.
 * @throws ImportFileError when there is no such file, it cannot be read, or a product is not one
 */
export async function readDummyProducts(folder: string, limit: number | undefined): Promise<DummyProduct[]> {
  const { path, bytes } = await firstOf(folder);
  const parsed = fileSchema.safeParse(jsonOf(path, await unpacked(path, bytes)));
  if (!parsed.success) {
    throw new ImportFileError(`${path} does not hold DummyJSON products: ${z.prettifyError(parsed.error)}`);
  }
  return parsed.data.slice(0, limit);
}

async function firstOf(folder: string): Promise<{ path: string; bytes: Buffer }> {
  const faults: unknown[] = [];
  for (const path of FILE_NAMES.map((name) => join(folder, name))) {
    try {
      return { path, bytes: await readFile(path) };
    } catch (error) {
      faults.push(error);
    }
  }
  throw new ImportFileError(`There is no ${FILE_NAMES.join(' or ')} to read in ${folder}.`, {
    cause: faults[0],
  });
}

async function unpacked(path: string, bytes: Buffer): Promise<string> {
  if (!path.endsWith('.gz')) {
    return bytes.toString();
  }
  try {
    return (await promisify(gunzip)(bytes)).toString();
  } catch (cause) {
    throw new ImportFileError(`${path} cannot be unpacked.`, { cause });
  }
}

function jsonOf(path: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new ImportFileError(`${path} is not JSON.`, { cause });
  }
}
