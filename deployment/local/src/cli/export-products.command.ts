import { exportProductFile } from '../import/products/export-product-file.js';
import { withShopClients } from '../seed/shop-clients.js';
import type { ProductExportCommand } from './arguments.js';
import { ProgressLine } from './progress-line.js';
import { shopAddresses } from './running-stack.js';
import type { Workspace } from './workspace.js';

const SAID_EVERY = 10_000;

/** Writes the products of the running shop to a file. */
export async function runProductExport(
  { dataDir }: Workspace,
  { file }: ProductExportCommand,
): Promise<number> {
  const addresses = await shopAddresses(dataDir);
  const progress = new ProgressLine();
  const count = await withShopClients('product-export', addresses, (clients) =>
    exportProductFile(clients, file, (products) => {
      if (products % SAID_EVERY === 0) progress.say(`Wrote ${products} products`);
    }),
  );
  progress.end();
  console.log(`Exported ${count} products to ${file}.`);
  return 0;
}
