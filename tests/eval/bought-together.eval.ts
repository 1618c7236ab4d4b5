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
const DAY_MS = 86_400_000;
/** The last weeks before the test, on which the power of the lift is chosen. */
const VALIDATION_DAYS = 28;
const POWERS = [0, 0.1, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.6, 0.8, 1];
/** Of the powers that show so much of the catalogue, the one that hits most is chosen. */
const LEAST_COVERAGE = 0.85;
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
  choose(train, cut);
  const { liftPower } = BOUGHT_TOGETHER_DEFAULTS;
  const ties = { count: 0, 'count·√lift': 0.5, [`count·lift^${liftPower}, as shipped`]: liftPower };
  const rows = Object.entries(ties).map(([tie, power]) => ({ tie, ...rowOf(measure(train, test, power)) }));
  console.table(rows);
}

function rowOf({ asked, hitRate, coverage, milliseconds }: ReturnType<typeof measure>) {
  return {
    predictions: asked,
    'HR@10': hitRate.toFixed(4),
    coverage: coverage.toFixed(4),
    'lists s': (milliseconds / 1_000).toFixed(1),
  };
}

/** Chooses the power of the lift on the last weeks of the training, learning from what comes before them. */
function choose(train: readonly Invoice[], cut: number): void {
  const from = cut - VALIDATION_DAYS * DAY_MS;
  const learned = train.filter(({ at }) => at < from);
  const asked = train.filter(({ at }) => at >= from);
  if (learned.length === 0 || !asked.some(({ products }) => products.size > 1)) {
    console.log(`No ${VALIDATION_DAYS} days before the test to choose the power of the lift on.`);
    return;
  }
  const tried = POWERS.map((power) => ({ power, ...measure(learned, asked, power) }));
  const [best] = tried
    .filter(({ coverage }) => coverage >= LEAST_COVERAGE)
    .sort((a, b) => b.hitRate - a.hitRate || a.power - b.power);
  console.log(`The power of the lift, on the ${VALIDATION_DAYS} days before the test:`);
  console.table(tried.map(({ power, ...score }) => ({ power, ...rowOf(score) })));
  console.log(best === undefined ? 'None shows enough of the catalogue.' : `Chosen: ${best.power}`);
}

try {
  await run(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof ImportFileError)) throw error;
  console.error(error.message);
  process.exitCode = 2;
}
