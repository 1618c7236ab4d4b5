// How long product-service takes for a file of 100,000 products: new ones, and the same file again.
// VICI_BENCH_PRODUCTS tells another number.
import { createWriteStream } from 'node:fs';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { importProductFile } from '../../deployment/local/dist/import/products/import-product-file.js';
import { withShopClients } from '../../deployment/local/dist/seed/shop-clients.js';
import { startStack } from '../../deployment/local/dist/stack/local-stack.js';

const COUNT = Number(process.env.VICI_BENCH_PRODUCTS ?? 100_000);
const LIMIT_SECONDS = 120;
const MATERIALS = ['Oak', 'Brass', 'Linen', 'Glass', 'Steel', 'Wool', 'Cork', 'Marble', 'Bamboo', 'Copper'];
const THINGS = ['lamp', 'table', 'chair', 'vase', 'kettle', 'throw', 'clock', 'shelf', 'bowl', 'mirror'];

function* lines(): Generator<string> {
  for (let index = 0; index < COUNT; index += 1) {
    const material = MATERIALS[index % 10];
    const thing = THINGS[Math.floor(index / 10) % 10];
    const product = {
      sku: `BENCH-${index}`,
      name: `${material} ${thing} no ${index}`,
      description: `A ${thing} of ${material?.toLowerCase()} for every room, made to last and easy to clean.`,
      price: (500 + (index % 20_000)) / 100,
      category: 'bench',
      tags: [material, thing],
      brand: `Brand ${index % 50}`,
      specifications: { Material: material, Weight: `${index % 900} g` },
    };
    yield `${JSON.stringify(product)}\n`;
  }
}

const folder = await mkdtemp(join(tmpdir(), 'vici-import-'));
// PostgreSQL may run as another user, who has to get into the folder.
await chmod(folder, 0o755);
const file = join(folder, 'products.jsonl');
await pipeline(Readable.from(lines()), createWriteStream(file));
const root = fileURLToPath(new URL('../../', import.meta.url));
const options = {
  root,
  dataDir: folder,
  ports: 'free',
  ephemeral: true,
  seed: false,
  env: { LOG_LEVEL: 'error' },
} as const;
const stack = await startStack(options, ['product']);
let seconds = 0;
try {
  const product = stack.endpoints.grpc('product');
  await withShopClients(
    'bench',
    { auth: product, inventory: product, recommendation: product, product },
    async (clients) => {
      await clients.product.upsertCategories({ categories: [{ slug: 'bench', name: 'Bench' }] });
      for (const title of ['new products', 'the same file again']) {
        const started = performance.now();
        const { result } = await importProductFile(clients, file, false, () => undefined);
        const took = (performance.now() - started) / 1000;
        seconds ||= took;
        const { created, updated, unchanged, rejected } = result;
        console.log(`${title}: ${took.toFixed(1)} s, ${Math.round(COUNT / took)}/s`, {
          created,
          updated,
          unchanged,
          rejected,
        });
      }
    },
  );
} finally {
  await stack.stop();
  await rm(folder, { recursive: true, force: true });
}
const isFast = seconds < (LIMIT_SECONDS * COUNT) / 100_000;
console.log(
  `${COUNT} new products in ${seconds.toFixed(1)} s: ${isFast ? 'within' : 'over'} the limit of 2 min for 100,000`,
);
process.exit(isFast ? 0 : 1);
