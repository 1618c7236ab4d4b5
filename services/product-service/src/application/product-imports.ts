import { Injectable } from '@nestjs/common';
import { type PageRequest, UnitOfWork } from '@vici/database';
import { AuditTrail } from '@vici/events';
import { currentCaller, DomainError, newId, notFound } from '@vici/utils';
import {
  checkImportSize,
  IMPORT_CONTENT_TYPES,
  type ImportFault,
  type ImportFormat,
  importKey,
  type ProductImport,
} from '../domain/product-import.js';
import { ImportRepository } from './import.repository.js';
import { ObjectStore, type UploadTarget } from './object-store.js';

const DAY_MS = 86_400_000;
const KEEP_DAYS = 30;

/** One page of what is wrong with a file. */
export interface ImportFaultPage {
  readonly faults: readonly ImportFault[];
  readonly total: number;
}

/** Files of products, as administrators bring, start, watch and cancel them. */
@Injectable()
export class ProductImports {
  private readonly listeners: (() => void)[] = [];

  constructor(
    private readonly imports: ImportRepository,
    private readonly objects: ObjectStore,
    private readonly unitOfWork: UnitOfWork,
    private readonly audit: AuditTrail,
  ) {}

  /** Is called whenever there is an import to run. */
  onStarted(listener: () => void): void {
    this.listeners.push(listener);
  }

  /** @throws DomainError VALIDATION_FAILED, PAYLOAD_TOO_LARGE */
  async create(
    format: ImportFormat,
    dryRun: boolean,
    size: number,
  ): Promise<{ made: ProductImport; target: UploadTarget }> {
    checkImportSize(size);
    const id = newId<'Import'>();
    const target = await this.objects.target(importKey(id), IMPORT_CONTENT_TYPES[format], size);
    return { made: await this.imports.add(id, format, dryRun, currentCaller().userId), target };
  }

  /** Begins to read the file; begun again it says where it stands. @throws DomainError NOT_FOUND, CONFLICT */
  async start(id: string): Promise<ProductImport> {
    const { status, format, dryRun } = await this.get(id);
    if (status === 'AWAITING' && (await this.objects.size('staging', importKey(id))) === undefined)
      throw new DomainError('CONFLICT', 'There is no file yet.', { entity: 'import', id });
    await this.unitOfWork.transaction(async () => {
      if (!(await this.imports.start(id))) return;
      await this.audit.record({
        action: 'product.import',
        target: { type: 'import', id },
        after: { format, dryRun },
      });
    });
    for (const listener of this.listeners) listener();
    return await this.get(id);
  }

  /** Ends an import; what it has written stays. @throws DomainError NOT_FOUND */
  async cancel(id: string): Promise<ProductImport> {
    const { status } = await this.get(id);
    await this.unitOfWork.transaction(async () => {
      await this.imports.end(id, 'CANCELLED');
      if (status === 'RUNNING' || status === 'AWAITING')
        await this.audit.record({ action: 'product.import-cancel', target: { type: 'import', id } });
    });
    return await this.get(id);
  }

  /** @throws DomainError NOT_FOUND */
  async get(id: string): Promise<ProductImport> {
    const found = await this.imports.find(id);
    if (found === undefined) throw notFound('import', id);
    return found;
  }

  /** @throws DomainError NOT_FOUND */
  async faults(id: string, page: PageRequest): Promise<ImportFaultPage> {
    await this.get(id);
    return { faults: await this.imports.faults(id, page), total: await this.imports.countFaults(id) };
  }

  /** Forgets imports of a month ago, and the files that were never read. */
  async forgetOld(): Promise<void> {
    const ids = await this.imports.forgetOlderThan(new Date(Date.now() - KEEP_DAYS * DAY_MS));
    await this.objects.remove('staging', ids.map(importKey));
  }
}
