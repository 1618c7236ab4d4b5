import { openAsBlob } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Import, type ImportFault, ImportStatus } from '@vici/proto-gen/product';
import { PATIENT, type ShopClients } from '../../seed/shop-clients.js';
import { ImportFileError, productFormatOf } from './product-format.js';

const POLL_MS = 500;
const MOST_FAULTS = 100;

/** What became of a file. */
export interface ImportOutcome {
  readonly result: Import;
  /** The first hundred. */
  readonly faults: readonly ImportFault[];
  readonly totalFaults: number;
}

/**
 * Brings a file of products to the storage of the shop and waits until product-service has read it.
 * @throws ImportFileError when the storage does not take it
 */
export async function importProductFile(
  { productImport }: Pick<ShopClients, 'productImport'>,
  file: string,
  dryRun: boolean,
  onProgress: (processed: number) => void,
): Promise<ImportOutcome> {
  const format = productFormatOf(file);
  const content = await openAsBlob(file);
  const { id, target } = await productImport.createImport(
    { format, dryRun, size: BigInt(content.size) },
    PATIENT,
  );
  if (target === undefined) throw new ImportFileError('The shop did not say where to put the file.');
  const answer = await fetch(target.url, { method: 'PUT', headers: target.headers, body: content });
  if (!answer.ok) throw new ImportFileError(`The storage of the shop answered ${answer.status}.`);
  let result = await productImport.startImport({ id }, PATIENT);
  while (result.status === ImportStatus.RUNNING) {
    onProgress(result.processed);
    await sleep(POLL_MS);
    result = await productImport.getImport({ id }, PATIENT);
  }
  const { faults, page } = await productImport.listImportFaults(
    { id, page: { page: 1, limit: MOST_FAULTS } },
    PATIENT,
  );
  return { result, faults, totalFaults: Number(page?.total ?? 0n) };
}
