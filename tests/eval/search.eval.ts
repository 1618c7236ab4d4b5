// `npm run eval:search -- <online-retail file> <dummyjson folder>`: imports both catalogues into a shop of its own and
// asks what is in search-queries.ts. Ends with 1 where less than 95 % have their product among the first five.
import { importDummyJson, importOnlineRetail } from '@vici/local';
import { Shopper } from '../support/api.ts';
import { startStack } from '../support/stack.ts';
import { JUDGED_QUERIES, type JudgedQuery } from './search-queries.ts';

const FIRST = 5;
const WANTED = 0.95;

const [retailFile, dummyFolder] = process.argv.slice(2);
if (retailFile === undefined || dummyFolder === undefined) {
  console.error(
    'Usage: npm run eval:search -- <online-retail.csv or .csv.gz> <folder with products.json or .json.gz>',
  );
  process.exit(2);
}

interface Verdict extends JudgedQuery {
  /** From 1; 0 where it is not among the first. */
  readonly place: number;
  readonly found: readonly string[];
}

async function judge(api: Shopper, judged: JudgedQuery): Promise<Verdict> {
  const path = `/products/search?limit=${FIRST}&q=${encodeURIComponent(judged.query)}`;
  const { data } = await api.get<{ products: { sku: string; name: string }[] }>(path);
  const place = data.products.findIndex(({ sku }) => sku === judged.sku) + 1;
  return { ...judged, place, found: data.products.map(({ name }) => name) };
}

function report(verdicts: readonly Verdict[]): number {
  for (const { kind, query, sku, found } of verdicts.filter(({ place }) => place === 0)) {
    console.log(`missed, ${kind}: "${query}" should find ${sku}, found ${found.join(' | ') || 'nothing'}`);
  }
  const rows = [...Map.groupBy(verdicts, ({ kind }) => kind)].map(([kind, of]) => row(kind, of));
  console.table([...rows, row('all', verdicts)]);
  return verdicts.filter(({ place }) => place > 0).length / verdicts.length;
}

function row(kind: string, verdicts: readonly Verdict[]) {
  const hits = verdicts.filter(({ place }) => place > 0);
  const share = (count: number) => `${((100 * count) / verdicts.length).toFixed(1)} %`;
  return {
    kind,
    queries: verdicts.length,
    [`hit@${FIRST}`]: share(hits.length),
    'hit@1': share(hits.filter(({ place }) => place === 1).length),
  };
}

const say = (sentence: string) => console.log(sentence);
const stack = await startStack({ seed: false, onProgress: say });
try {
  const addresses = {
    auth: stack.endpoints.grpc('auth'),
    product: stack.endpoints.grpc('product'),
    inventory: stack.endpoints.grpc('inventory'),
    recommendation: stack.endpoints.grpc('recommendation'),
  };
  await importOnlineRetail(retailFile, addresses, say);
  await importDummyJson(dummyFolder, addresses, say);
  const api = new Shopper(stack.apiUrl);
  const verdicts: Verdict[] = [];
  for (const judged of JUDGED_QUERIES) verdicts.push(await judge(api, judged));
  if (report(verdicts) < WANTED) process.exitCode = 1;
} finally {
  await stack.stop();
}
