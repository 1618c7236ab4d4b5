// The whole of Vici as `./quick-start.sh up` runs it, with the demo catalogue and plenty of stock; what is committed is on
// the disk. Its argument, a JSON object, is added to the environment of every service; STACK_MODE in it says `processes`
// for one process each.
import { z } from 'zod';
import { type Page, type Product, Shopper } from '../support/api.ts';
import { restock } from '../support/restock.ts';
import { startStack } from '../support/stack.ts';
import { answerWith, report, untilReleased } from './served.ts';
import { countStatements, workSoFar } from './work-counter.ts';

const UNITS = 1_000_000;

countStatements();
const settings: unknown = JSON.parse(process.argv[2] || '{}');
const { STACK_MODE = 'single', ...env } = z
  .object({ STACK_MODE: z.enum(['single', 'processes']).optional() })
  .catchall(z.string())
  .parse(settings);
const onProgress = (progress: string): void => report({ progress });
const stack = await startStack({ env, mode: STACK_MODE, synced: true, onProgress });
untilReleased(() => stack.stop());
const { data: page } = await new Shopper(stack.apiUrl).get<Page<Product>>('/products?limit=100');
await restock(
  stack,
  page.data.filter((product) => product.variants.length === 0),
  UNITS,
);
answerWith(() => workSoFar(stack.endpoints.redisUrl));
report({ address: stack.apiUrl });
