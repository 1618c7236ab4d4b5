import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '@vici/database';
import { checkpoint, isDomainError, Logger, Metrics } from '@vici/utils';
import { checkedProductDrafts, type ProductInput } from '../domain/product-draft.js';
import { faultsOf } from '../domain/product-edit.js';
import {
  type ImportCounts,
  type ImportFault,
  importKey,
  type ProductImport,
} from '../domain/product-import.js';
import { ImportRepository } from './import.repository.js';
import { ImportReader, type ImportRecord, UnreadableFileError } from './import-reader.js';
import { ObjectStore } from './object-store.js';
import { UpsertProducts } from './upsert-products.use-case.js';

/** As long as one batch may take on a busy machine; then another worker may take the import up. */
const LEASE_MS = 60_000;
const BATCH = 500;

interface ReadableRecord extends ImportRecord {
  readonly input: ProductInput;
}

/** Somebody else has this import now, or nobody may go on with it. */
class ImportLostError extends Error {
  override readonly name = 'ImportLostError';
}

/**
 * Reads one import after the other. A batch of products and the note of how far the file is commit together, so an
 * import that is interrupted goes on behind the last batch, and no record counts twice.
 */
@Injectable()
export class RunImport {
  private readonly records: ReturnType<Metrics['counter']>;

  constructor(
    private readonly imports: ImportRepository,
    private readonly objects: ObjectStore,
    private readonly reader: ImportReader,
    private readonly upsert: UpsertProducts,
    private readonly unitOfWork: UnitOfWork,
    private readonly logger: Logger,
    metrics: Metrics,
  ) {
    this.records = metrics.counter('product_import_records_total', 'Records of imported files, by outcome', [
      'outcome',
    ]);
  }

  /** @returns whether there was an import to run */
  async execute(signal: AbortSignal): Promise<boolean> {
    const job = await this.imports.claim(LEASE_MS);
    if (job === undefined) return false;
    try {
      await this.run(job, signal);
    } catch (error) {
      await this.giveUp(job.id, error);
    }
    return true;
  }

  private async run(job: ProductImport, signal: AbortSignal): Promise<void> {
    const file = await this.objects.read('staging', importKey(job.id));
    try {
      const seen = new Map<string, number>();
      let position = 0;
      let processed = job.processed;
      let batch: ImportRecord[] = [];
      for await (const record of this.reader.read(job.format, file)) {
        position += 1;
        const checked = withoutTwin(record, seen);
        if (position > job.processed) batch.push(checked);
        if (batch.length < BATCH) continue;
        await this.take(job, processed, batch);
        processed += batch.length;
        batch = [];
        if (signal.aborted) return await this.imports.release(job.id);
      }
      if (batch.length > 0) await this.take(job, processed, batch);
    } finally {
      file.destroy();
    }
    await this.imports.end(job.id, 'DONE');
    await this.objects.remove('staging', [importKey(job.id)]);
    this.logger.info('products imported', { importId: job.id });
  }

  /** Writes a batch without its bad records, however many of them turn out only when the others are gone. */
  private async take(job: ProductImport, processed: number, batch: readonly ImportRecord[]): Promise<void> {
    const faults = batch.flatMap((record) =>
      record.faults.map((fault) => ({ ...placeOf(record), ...fault })),
    );
    let good = batch.filter((record): record is ReadableRecord => record.input !== undefined);
    for (;;) {
      try {
        const counts = await this.write(job, processed, batch.length, good, faults);
        for (const [outcome, count] of Object.entries(counts)) this.records.inc({ outcome }, count);
        await checkpoint('product.import-batch');
        return;
      } catch (error) {
        const found = faultsByRecord(error, good);
        if (found.size === 0) throw error;
        faults.push(...[...found.values()].flat());
        good = good.filter((record) => !found.has(record));
      }
    }
  }

  private async write(
    job: ProductImport,
    processed: number,
    records: number,
    good: readonly ReadableRecord[],
    faults: readonly ImportFault[],
  ): Promise<ImportCounts> {
    return await this.unitOfWork.transaction(async () => {
      const drafts = checkedProductDrafts(good.map(({ input }) => input));
      const written = job.dryRun ? await this.upsert.preview(drafts) : await this.upsert.write(drafts);
      const count = (wanted: string) => written.filter(({ outcome }) => outcome === wanted).length;
      const counts = {
        created: count('created'),
        updated: count('updated'),
        unchanged: count('unchanged'),
        rejected: records - good.length,
      };
      if (!(await this.imports.advance(job.id, processed, { records, counts, faults }, LEASE_MS)))
        throw new ImportLostError(`import ${job.id}`);
      return counts;
    });
  }

  /** A file that cannot be read fails; everything else is tried again by whoever takes the import up next. */
  private async giveUp(id: string, error: unknown): Promise<void> {
    if (error instanceof ImportLostError) return;
    if (error instanceof UnreadableFileError) return await this.imports.end(id, 'FAILED', error.message);
    if (isDomainError(error, 'NOT_FOUND')) return await this.imports.end(id, 'FAILED', 'The file is gone.');
    throw error;
  }
}

function placeOf({ line, sku }: ImportRecord): { line: number; sku: string } {
  return { line, sku: sku.slice(0, 100) };
}

/** The second record of a SKU is a fault: which of them counts would depend on how the file is cut into batches. */
function withoutTwin(record: ImportRecord, seen: Map<string, number>): ImportRecord {
  if (record.sku === '') return record;
  const first = seen.get(record.sku);
  if (first === undefined) {
    seen.set(record.sku, record.line);
    return record;
  }
  const fault = { field: 'sku', message: `stands in line ${first} already` };
  return { ...record, input: undefined, faults: [...record.faults, fault] };
}

/** The faults of an error about `products[n]`, by record; none for an error about something else. */
function faultsByRecord(
  error: unknown,
  records: readonly ReadableRecord[],
): Map<ReadableRecord, ImportFault[]> {
  const found = new Map<ReadableRecord, ImportFault[]>();
  for (const { field, message } of faultsOf(error)) {
    const [, index, name = ''] = /^products\[(\d+)\]\.(.*)$/.exec(field) ?? [];
    const record = index === undefined ? undefined : records[Number(index)];
    if (record === undefined) continue;
    const faults = found.get(record) ?? [];
    found.set(record, [...faults, { ...placeOf(record), field: importField(name), message }]);
  }
  return found;
}

const FIELD_NAMES: Readonly<Record<string, string>> = {
  categorySlug: 'category',
  'sale.price': 'salePrice',
  'sale.startsAt': 'saleStartsAt',
  'sale.endsAt': 'saleEndsAt',
};

/** The field of a record that a field of a product comes from. */
function importField(field: string): string {
  return FIELD_NAMES[field] ?? field;
}
