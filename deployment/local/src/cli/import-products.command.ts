import { ImportStatus } from '@vici/proto-gen/product';
import { importProductFile } from '../import/products/import-product-file.js';
import { withShopClients } from '../seed/shop-clients.js';
import type { ProductImportCommand } from './arguments.js';
import { ProgressLine } from './progress-line.js';
import { shopAddresses } from './running-stack.js';
import type { Workspace } from './workspace.js';

/** Puts a file of products into the running shop and reports each bad line. @returns 1 when the file cannot be read */
export async function runProductImport(
  { dataDir }: Workspace,
  { file, dryRun }: ProductImportCommand,
): Promise<number> {
  const addresses = await shopAddresses(dataDir);
  const progress = new ProgressLine();
  const { result, faults, totalFaults } = await withShopClients('product-import', addresses, (clients) =>
    importProductFile(clients, file, dryRun, (processed) => progress.say(`Read ${processed} products`)),
  );
  progress.end();
  for (const { line, sku, field, message } of faults) {
    console.log(`line ${line}${sku === '' ? '' : ` (${sku})`}: ${field} ${message}`);
  }
  if (totalFaults > faults.length) {
    console.log(`… and ${totalFaults - faults.length} more`);
  }
  const { created, updated, unchanged, rejected, failure } = result;
  const title = dryRun ? 'Checked, nothing written' : 'Imported';
  console.log(`${title}: ${created} new, ${updated} changed, ${unchanged} the same, ${rejected} left out.`);
  if (result.status !== ImportStatus.DONE) {
    console.error(failure ?? 'The import was cancelled.');
    return 1;
  }
  return 0;
}
