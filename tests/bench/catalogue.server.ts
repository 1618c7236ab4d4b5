// The whole of Vici in one process with a generated catalogue of a size; the argument is JSON.
import { startStack } from '../support/stack.ts';
import { loadCatalogue } from './catalogue/load-catalogue.ts';
import { report, untilReleased } from './served.ts';

const { products, cacheMs }: { products: number; cacheMs: number } = JSON.parse(process.argv[2] ?? '');

const stack = await startStack({ seed: false, env: { CATALOGUE_CACHE_MS: String(cacheMs) } });
untilReleased(() => stack.stop());
report({ progress: `Loading ${products} products` });
await loadCatalogue(stack.endpoints.databaseUrl('product'), products);
report({ address: stack.apiUrl });
