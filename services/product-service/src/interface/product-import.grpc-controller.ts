import { Injectable } from '@nestjs/common';
import {
  AdminProductSort,
  type CancelImportRequest,
  type CreateImportRequest,
  type ExportProductFileRequest,
  type ExportProductFileResponse,
  ImportFormat as FormatMessage,
  type GetImportRequest,
  type Import as ImportMessage,
  type ListImportFaultsRequest,
  type ListImportFaultsResponse,
  type ProductImportServiceDefinition,
  type StartImportRequest,
  ImportStatus as StatusMessage,
} from '@vici/proto-gen/product';
import { type GrpcHandlers, invalidField, parseId, requirePermission } from '@vici/utils';
import { ExportProducts } from '../application/export-products.use-case.js';
import { ProductImports } from '../application/product-imports.js';
import type { ImportFormat, ImportStatus, ProductImport } from '../domain/product-import.js';
import { adminFilterOf, adminSortOf } from './catalogue-admin.messages.js';
import { pageInfo, pageOf } from './page.messages.js';
import { toTargetMessage } from './target.messages.js';

const FORMAT_MESSAGES: Readonly<Record<ImportFormat, FormatMessage>> = {
  csv: FormatMessage.CSV,
  jsonl: FormatMessage.JSONL,
};
const STATUS_MESSAGES: Readonly<Record<ImportStatus, StatusMessage>> = {
  AWAITING: StatusMessage.AWAITING,
  RUNNING: StatusMessage.RUNNING,
  DONE: StatusMessage.DONE,
  FAILED: StatusMessage.FAILED,
  CANCELLED: StatusMessage.CANCELLED,
};

/** The gRPC API of files of products. */
@Injectable()
export class ProductImportGrpcController implements GrpcHandlers<typeof ProductImportServiceDefinition> {
  constructor(
    private readonly imports: ProductImports,
    private readonly exports: ExportProducts,
  ) {}

  async createImport({ format, dryRun, size }: CreateImportRequest): Promise<ImportMessage> {
    requirePermission('products:write');
    const { made, target } = await this.imports.create(formatOf(format), dryRun, Number(size));
    return { ...toImportMessage(made), target: toTargetMessage(target) };
  }

  async startImport({ id }: StartImportRequest): Promise<ImportMessage> {
    requirePermission('products:write');
    return toImportMessage(await this.imports.start(parseId<'Import'>(id, 'id')));
  }

  async getImport({ id }: GetImportRequest): Promise<ImportMessage> {
    requirePermission('products:write');
    return toImportMessage(await this.imports.get(parseId<'Import'>(id, 'id')));
  }

  async listImportFaults(request: ListImportFaultsRequest): Promise<ListImportFaultsResponse> {
    requirePermission('products:write');
    const page = pageOf(request.page);
    const { faults, total } = await this.imports.faults(parseId<'Import'>(request.id, 'id'), page);
    return { faults: [...faults], page: pageInfo(page, { total, totalIsEstimate: false }) };
  }

  async cancelImport({ id }: CancelImportRequest): Promise<ImportMessage> {
    requirePermission('products:write');
    return toImportMessage(await this.imports.cancel(parseId<'Import'>(id, 'id')));
  }

  async exportProductFile(request: ExportProductFileRequest): Promise<ExportProductFileResponse> {
    requirePermission('products:read');
    const { format, filter, sort, afterId } = request;
    const wanted = {
      filter: adminFilterOf(filter),
      sort: sort === AdminProductSort.UNSPECIFIED ? undefined : adminSortOf(sort),
    };
    const piece = await this.exports.execute(formatOf(format), wanted, afterId || undefined);
    return { text: piece.text, products: piece.products, nextAfterId: piece.nextAfter };
  }
}

/** @throws DomainError VALIDATION_FAILED */
function formatOf(message: FormatMessage): ImportFormat {
  const known = (['csv', 'jsonl'] as const).find((name) => FORMAT_MESSAGES[name] === message);
  if (known === undefined) throw invalidField('format', 'must be CSV or JSONL');
  return known;
}

function toImportMessage(made: ProductImport): ImportMessage {
  return { ...made, format: FORMAT_MESSAGES[made.format], status: STATUS_MESSAGES[made.status] };
}
