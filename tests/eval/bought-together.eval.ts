// `npm run eval:bought-together -- <online-retail.csv[.gz]>`: which products go into one basket, told from past baskets.
import { createEvent, type DomainEvent } from '@vici/events';
import {
  ImportFileError,
  kindOfCode,
  normalCode,
  type RetailRow,
  readRetailFile,
} from '@vici/local/online-retail';
import {
  BOUGHT_TOGETHER_DEFAULTS,
  basketsOf,
  RecommendationIndex,
} from '@vici/recommendation-service/algorithms';
import { productId } from './product-id.ts';

const USAGE =
  'Usage: npm run eval:bought-together -- <online-retail.csv[.gz]> [first day of the test, 2011-11-09]';
const LIST = 10;
const DAY = /^\d{4}-\d{2}-\d{2}$/;
const anything = () => true;

interface Invoice {
  readonly number: string;
  readonly at: number;
  readonly products: ReadonlySet<string>;
}

/** Invoices of articles in the order of the file; what was sent back is no purchase. */
async function readInvoices(file: string): Promise<Invoice[]> {
  const invoices = new Map<string, { number: string; at: number; products: Set<string> }>();
  let malformed = 0;
  await readRetailFile(file, undefined, {
    row: ({ invoice: number, code, quantity, at }: RetailRow) => {
      const article = normalCode(code);
      if (number.startsWith('C') || quantity <= 0 || kindOfCode(article) !== 'article') return;
      const invoice = invoices.get(number) ?? { number, at, products: new Set<string>() };
      invoices.set(number, invoice);
      invoice.products.add(productId(article));
    },
    malformed: () => {
      malformed += 1;
    },
    progress: () => undefined,
  });
  if (malformed > 0) console.log(`${malformed} lines are not readable and were left out.`);
  return [...invoices.values()];
}

/** Learns the invoice as the service does: one purchase event a line, gathered to a basket by its own mapping. */
function learn(index: RecommendationIndex, { number, at, products }: Invoice): void {
  const events = [...products].map((product): DomainEvent<'purchase'> => {
    const data = {
      sessionId: `order:${number}`,
      eventType: 'purchase' as const,
      productId: product,
      timestamp: at,
    };
    return createEvent('purchase', {
      subject: data.sessionId,
      data: { ...data, quantity: 1, metadata: { orderId: number } },
    });
  });
  for (const { id, lines } of basketsOf(events)) {
    index.addToBasket(
      id,
      lines.map((line) => line.productId),
    );
  }
}

/** Asks for each product of each test basket: is any of the ten in the same basket? */
function measure(train: readonly Invoice[], test: readonly Invoice[], liftPower: number) {
  const index = new RecommendationIndex({ baskets: { liftPower } });
  for (const invoice of train) learn(index, invoice);
  const catalogue = new Set(train.flatMap(({ products }) => [...products]));
  const started = performance.now();
  const lists = new Map(
    [...catalogue].map((id) => {
      const list = index.baskets.with(index.items.intern(id), LIST, anything);
      return [id, list.map(({ item }) => index.items.idOf(item))];
    }),
  );
  const milliseconds = performance.now() - started;
  let [asked, hits] = [0, 0];
  for (const { products } of test) {
    if (products.size < 2) continue;
    for (const product of products) {
      asked += 1;
      if (lists.get(product)?.some((other) => products.has(other)) === true) hits += 1;
    }
  }
  const shown = new Set([...lists.values()].flat());
  return { asked, hitRate: hits / asked, coverage: shown.size / catalogue.size, milliseconds };
}

async function run([file, day = '2011-11-09']: readonly string[]): Promise<void> {
  if (file === undefined || !DAY.test(day)) {
    console.error(USAGE);
    process.exitCode = 2;
    return;
  }
  const invoices = await readInvoices(file);
  const cut = Date.parse(`${day}T00:00:00Z`);
  const train = invoices.filter(({ at }) => at < cut);
  const test = invoices.filter(({ at }) => at >= cut);
  if (train.length === 0 || !test.some(({ products }) => products.size > 1)) {
    throw new ImportFileError(`${file} has no purchases on both sides of ${day}.`);
  }
  console.log(`${train.length} baskets to learn from, ${test.length} to be told.`);
  const { liftPower } = BOUGHT_TOGETHER_DEFAULTS;
  const ties = { count: 0, 'count·√lift': 0.5, [`count·lift^${liftPower}, as shipped`]: liftPower };
  const rows = Object.entries(ties).map(([tie, power]) => {
    const { asked, hitRate, coverage, milliseconds } = measure(train, test, power);
    return {
      tie,
      predictions: asked,
      'HR@10': hitRate.toFixed(4),
      coverage: coverage.toFixed(4),
      'lists s': (milliseconds / 1_000).toFixed(1),
    };
  });
  console.table(rows);
}

try {
  await run(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof ImportFileError)) throw error;
  console.error(error.message);
  process.exitCode = 2;
}
