// The whole of Vici in one process with a generated catalogue of a size; the argument is JSON.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { startStack } from '../support/stack.ts';
import { report, untilReleased } from './served.ts';

const { products, cacheMs }: { products: number; cacheMs: number } = JSON.parse(process.argv[2] ?? '');

const stack = await startStack({ seed: false, env: { CATALOGUE_CACHE_MS: String(cacheMs) } });
untilReleased(() => stack.stop());
report({ progress: `Loading ${products} products` });
const module = fileURLToPath(new URL('./catalogue/catalogue.loader.ts', import.meta.url));
const loader = fork(module, [stack.endpoints.databaseUrl('product'), String(products)], { execArgv: [] });
const [exitCode] = await once(loader, 'exit');
if (exitCode !== 0) throw new Error(`The catalogue could not be loaded: exit code ${exitCode}`);
report({ address: stack.apiUrl });
