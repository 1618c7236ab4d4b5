import type { Addresses } from '../seed/shop-clients.js';
import { readDummyProducts } from './dummyjson/dummyjson-file.js';
import { type DummyOutcome, loadDummyProducts } from './dummyjson/load-dummyjson.js';
import { loadRetailData } from './online-retail/load-retail-data.js';
import type { ImportOutcome } from './online-retail/report.js';
import { RetailCollector } from './online-retail/retail-data.js';
import { readRetailFile } from './online-retail/retail-file.js';

type Progress = (sentence: string) => void;

/** Puts the "Online Retail" data of a file into a shop. @throws ImportFileError */
export async function importOnlineRetail(
  file: string,
  addresses: Addresses,
  onProgress: Progress,
): Promise<ImportOutcome> {
  const collector = new RetailCollector(() => undefined);
  await readRetailFile(file, undefined, collector);
  return await loadRetailData(collector.finish(), addresses, onProgress);
}

/** Puts DummyJSON's products of a folder into a shop. @throws ImportFileError */
export async function importDummyJson(
  folder: string,
  addresses: Addresses,
  onProgress: Progress,
): Promise<DummyOutcome> {
  return await loadDummyProducts(await readDummyProducts(folder, undefined), addresses, onProgress);
}
