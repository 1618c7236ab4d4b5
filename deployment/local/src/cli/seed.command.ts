import { seedShop } from '../seed/seed-shop.js';
import { terminalReporter } from './reporter.js';
import { shopAddresses } from './running-stack.js';
import type { Workspace } from './workspace.js';

/** Loads the demo catalogue into the running shop. */
export async function runSeed({ dataDir }: Workspace): Promise<number> {
  await seedShop(await shopAddresses(dataDir), (sentence) => terminalReporter.progress(sentence));
  return 0;
}
