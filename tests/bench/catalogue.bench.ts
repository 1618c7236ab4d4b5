// `npm run bench:catalogue [seconds per case]`: lists and search at 100 requests a second over HTTP, with 1,000 and with
// 100,000 products, as shoppers meet them and with nothing kept by the gateway.
import { generatedCategories, seededRandom } from './catalogue/generated-catalogue.ts';
import { KINDS, MATERIALS, QUALITIES, STYLES } from './catalogue/words.ts';
import { type Measurement, measureRate, printTable } from './measure.ts';
import { serve } from './served.ts';

const seconds = Number(process.argv[2] ?? 20);
if (!Number.isInteger(seconds) || seconds < 1) {
  console.error('Usage: npm run bench:catalogue [seconds per case]');
  process.exit(2);
}
const REQUESTS_A_SECOND = 100;
const SIZES = [1000, 100_000];
const USUAL_CACHE_MS = 500;
const SORTS = ['price_asc', 'price_desc', 'rating', 'newest', 'name', 'popular'];
const ADDRESSES = 400;

const isUrl = (value: unknown): value is string => typeof value === 'string';
const say = (sentence: string) => console.log(sentence);

const random = seededRandom(7);
const any = <T>(from: readonly T[]): T => {
  const found = from[Math.floor(random() * from.length)];
  if (found === undefined) throw new Error('There is nothing to choose from');
  return found;
};

const categories = generatedCategories();
const listed = Array.from(
  { length: ADDRESSES },
  () =>
    `/api/products?category=${any(categories).slug}&sort=${any(SORTS)}&page=${1 + Math.floor(3 * random())}`,
);

/** One to three words, in any order, one query of five misspelt: as people type. */
function query(): string {
  const words = [any(KINDS).kind, any(MATERIALS), any(STYLES), any(QUALITIES)].slice(
    0,
    1 + Math.floor(3 * random()),
  );
  const text = words
    .toSorted(() => random() - 0.5)
    .join(' ')
    .toLowerCase();
  const at = 1 + Math.floor(random() * (text.length - 2));
  return random() < 0.2 ? text.slice(0, at) + text.slice(at + 1) : text;
}
const searched = Array.from(
  { length: ADDRESSES },
  () => `/api/products/search?q=${encodeURIComponent(query())}`,
);

const measurements: Measurement[] = [];
for (const cacheMs of [USUAL_CACHE_MS, 0]) {
  for (const products of SIZES) {
    const stack = await serve('./catalogue.server.ts', JSON.stringify({ products, cacheMs }), say, isUrl);
    const at = `${products} products${cacheMs === 0 ? ', nothing kept' : ''}`;
    for (const [name, paths] of Object.entries({
      'list by category': listed,
      'search with facets': searched,
    })) {
      measurements.push(
        await measureRate(`${name}, ${at}`, stack.address, paths, { perSecond: REQUESTS_A_SECOND, seconds }),
      );
    }
    await stack.stop();
  }
}
printTable(measurements);
