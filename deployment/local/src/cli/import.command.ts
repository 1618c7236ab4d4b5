import { loadRetailData } from '../import/online-retail/load-retail-data.js';
import { reportOf } from '../import/online-retail/report.js';
import { RetailCollector } from '../import/online-retail/retail-data.js';
import { readRetailFile } from '../import/online-retail/retail-file.js';
import type { ImportCommand } from './arguments.js';
import { ProgressLine } from './progress-line.js';
import { shopAddresses } from './running-stack.js';
import type { Workspace } from './workspace.js';

/** Reads the "Online Retail" data and puts it into the running shop; a dry run only reads and reports. */
export async function runImport({ dataDir }: Workspace, command: ImportCommand): Promise<number> {
  const started = performance.now();
  // Asked first: nobody wants to learn after reading half a million rows that there is no shop.
  const addresses = command.dryRun ? undefined : await shopAddresses(dataDir);
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
  console.log(`\n${reportOf(data, outcome, (performance.now() - started) / 1000)}`);
  return 0;
}
