import { readDummyProducts } from '../import/dummyjson/dummyjson-file.js';
import { loadDummyProducts } from '../import/dummyjson/load-dummyjson.js';
import { dummyReport } from '../import/dummyjson/report.js';
import { loadRetailData } from '../import/online-retail/load-retail-data.js';
import { reportOf } from '../import/online-retail/report.js';
import { RetailCollector } from '../import/online-retail/retail-data.js';
import { readRetailFile } from '../import/online-retail/retail-file.js';
import type { Addresses } from '../seed/shop-clients.js';
import type { ImportCommand } from './arguments.js';
import { ProgressLine } from './progress-line.js';
import { shopAddresses } from './running-stack.js';
import type { Workspace } from './workspace.js';

/** Reads a data set and puts it into the running shop; a dry run only reads and reports. */
export async function runImport({ dataDir }: Workspace, command: ImportCommand): Promise<number> {
  // Asked first: nobody wants to learn after reading half a million rows that there is no shop.
  const addresses = command.dryRun ? undefined : await shopAddresses(dataDir);
  const importData = command.dataset === 'dummyjson' ? importDummyProducts : importRetailData;
  console.log(`\n${await importData(command, addresses)}`);
  return 0;
}

/** @returns the report */
async function importRetailData(command: ImportCommand, addresses: Addresses | undefined): Promise<string> {
  const started = performance.now();
  const progress = new ProgressLine();
  const collector = new RetailCollector((share, rows) =>
    progress.show(`Reading: ${Math.round(share * 100)} % (${rows.toLocaleString('en-US')} rows)`, share),
  );
  await readRetailFile(command.file, command.limit, collector);
  const data = collector.finish();
  progress.end();
  const outcome =
    addresses === undefined
      ? undefined
      : await loadRetailData(data, addresses, (sentence) => progress.say(sentence));
  return reportOf(data, outcome, (performance.now() - started) / 1000);
}

/** @returns the report */
async function importDummyProducts(
  command: ImportCommand,
  addresses: Addresses | undefined,
): Promise<string> {
  const started = performance.now();
  const progress = new ProgressLine();
  const products = await readDummyProducts(command.file, command.limit);
  const outcome =
    addresses === undefined
      ? undefined
      : await loadDummyProducts(products, addresses, (sentence) => progress.say(sentence));
  return dummyReport(products, outcome, (performance.now() - started) / 1000);
}
