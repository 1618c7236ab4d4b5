import { deterministicId } from '@vici/utils';
import { DESCRIPTIONS, KINDS, MATERIALS, QUALITIES, STYLES } from './words.ts';

/** A category of the generated tree: departments, and the kinds of things below them. */
export interface GeneratedCategory {
  readonly id: string;
  readonly slug: string;
  readonly name: string;
  readonly parent_id: string | null;
  readonly path: readonly string[];
  readonly sort_order: number;
}

/** A product as a row of product_db, with its variants. */
export interface GeneratedProduct {
  readonly id: string;
  readonly sku: string;
  readonly slug: string;
  readonly name: string;
  readonly description: string;
  readonly price_minor: number;
  readonly original_price_minor: number | null;
  readonly category_id: string;
  readonly images: readonly string[];
  readonly specifications: Readonly<Record<string, string>>;
  readonly tags: readonly string[];
  readonly brand: string;
  readonly rating: number;
  readonly review_count: number;
  readonly is_new: boolean;
  readonly is_featured: boolean;
  readonly status: 'ACTIVE' | 'INACTIVE';
  readonly popularity: number;
  readonly created_at: string;
  readonly variants: readonly {
    readonly id: string;
    readonly sku: string;
    readonly name: string;
    readonly attributes: Readonly<Record<string, string>>;
    readonly stock: number;
  }[];
  readonly stock: number;
}

const FIRST_DAY = Date.UTC(2024, 0, 1);
const DAY_MS = 86_400_000;
const DAYS = 700;
const SIZES = ['S', 'M', 'L', 'XL'];

/** Numbers of [0, 1) that are the same in every run: mulberry32 (Tommy Ettinger, public domain). */
export function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** The tree: a department for every group of kinds, a category for every kind. */
export function generatedCategories(): GeneratedCategory[] {
  return [...Map.groupBy(KINDS, ({ department }) => department)].flatMap(([department, kinds], index) => {
    const root = category(department, undefined, index);
    return [root, ...kinds.map(({ kind }, position) => category(kind, root.id, position))];
  });
}

function category(name: string, parentId: string | undefined, sort_order: number): GeneratedCategory {
  const id = deterministicId('bench-category', name);
  const slug = name.toLowerCase().replaceAll(' ', '-');
  const path = parentId === undefined ? [id] : [id, parentId];
  return { id, slug, name, parent_id: parentId ?? null, path, sort_order };
}

/** So many products, the same ones in every run: few of them sell much, few kinds hold many. */
export function* generatedProducts(count: number, seed = 1): Generator<GeneratedProduct> {
  const random = seededRandom(seed);
  const pick = <T>(from: readonly T[], skew = 1): T => {
    const found = from[Math.floor(from.length * random() ** skew)];
    if (found === undefined) throw new Error('There is nothing to pick from');
    return found;
  };
  for (let index = 0; index < count; index += 1) yield product(index, random, pick);
}

type Pick = <T>(from: readonly T[], skew?: number) => T;

function product(index: number, random: () => number, pick: Pick): GeneratedProduct {
  const { kind, brands } = pick(KINDS, 1.6);
  const [quality, material, style, brand] = [
    pick(QUALITIES),
    pick(MATERIALS),
    pick(STYLES),
    pick(brands, 1.5),
  ];
  const name = `${quality} ${material} ${kind} ${style} ${brand.slice(0, 2).toUpperCase()}${index % 997}`;
  const price = Math.round(100 * 3 ** (1 + 5 * random())) + 99;
  const sku = `GEN-${index.toString(36).toUpperCase().padStart(5, '0')}`;
  const isReviewed = random() < 0.7;
  const variants = random() < 0.3 ? SIZES.slice(0, 2 + Math.floor(3 * random())) : [];
  const units = () => (random() < 0.15 ? 0 : Math.floor(200 * random()));
  const sized = variants.map((size) => ({
    id: deterministicId('bench-variant', sku, size),
    sku: `${sku}-${size}`,
    name: size,
    attributes: { size },
    stock: units(),
  }));
  return {
    id: deterministicId('bench-product', sku),
    sku,
    slug: `${name.toLowerCase().replaceAll(' ', '-')}-${index}`,
    name,
    description: `${pick(DESCRIPTIONS)} ${pick(DESCRIPTIONS)}`,
    price_minor: price,
    original_price_minor: random() < 0.15 ? Math.round(price * 1.3) : null,
    category_id: deterministicId('bench-category', kind),
    images: [`https://images.example/${sku}-0.webp`, `https://images.example/${sku}-1.webp`],
    specifications: { material, style, finish: pick(QUALITIES) },
    tags: [...new Set([material, style, pick(['gift', 'bestseller', 'eco', 'limited', 'classic'])])].map(
      (tag) => tag.toLowerCase(),
    ),
    brand,
    rating: isReviewed ? Math.round(10 * (2.5 + 2.5 * random() ** 0.5)) / 10 : 0,
    review_count: isReviewed ? 1 + Math.floor(400 * random() ** 4) : 0,
    is_new: random() < 0.05,
    is_featured: random() < 0.02,
    status: random() < 0.03 ? 'INACTIVE' : 'ACTIVE',
    popularity: Math.floor(5000 * random() ** 6),
    created_at: new Date(FIRST_DAY + Math.floor(DAYS * random()) * DAY_MS + index).toISOString(),
    variants: sized,
    stock: sized.length === 0 ? units() : sized.reduce((sum, { stock }) => sum + stock, 0),
  };
}
