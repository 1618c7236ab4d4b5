import { Controller } from '@nestjs/common';
import {
  type Import,
  ImportFormat,
  ImportStatus,
  ProductImportServiceDefinition,
} from '@vici/proto-gen/product';
import { type GrpcClient, InjectGrpc } from '@vici/utils';
import type { z } from 'zod';
import { toInstant, toPage } from '../rest/shapes.js';
import type { RouteInput, RouteResult } from '../routing/define-route.js';
import { Route } from '../routing/route.decorator.js';
import { toTarget } from '../uploads/uploads.shapes.js';
import * as routes from './imports.routes.js';

type ImportAnswer = z.output<typeof routes.importShape>;

const FORMAT_OF = { csv: ImportFormat.CSV, jsonl: ImportFormat.JSONL } as const;
const STATUS_OF = {
  AWAITING: ImportStatus.AWAITING,
  RUNNING: ImportStatus.RUNNING,
  DONE: ImportStatus.DONE,
  FAILED: ImportStatus.FAILED,
  CANCELLED: ImportStatus.CANCELLED,
} as const;

@Controller()
export class AdminImportsController {
  constructor(
    @InjectGrpc(ProductImportServiceDefinition)
    private readonly imports: GrpcClient<typeof ProductImportServiceDefinition>,
  ) {}

  @Route(routes.createImportRoute)
  async create({ body }: RouteInput<typeof routes.createImportRoute>): Promise<ImportAnswer> {
    const { format, size, dryRun } = body;
    return toImport(
      await this.imports.createImport({ format: FORMAT_OF[format], size: BigInt(size), dryRun }),
    );
  }

  @Route(routes.startImportRoute)
  async start({ params }: RouteInput<typeof routes.startImportRoute>): Promise<ImportAnswer> {
    return toImport(await this.imports.startImport({ id: params.id }));
  }

  @Route(routes.cancelImportRoute)
  async cancel({ params }: RouteInput<typeof routes.cancelImportRoute>): Promise<ImportAnswer> {
    return toImport(await this.imports.cancelImport({ id: params.id }));
  }

  @Route(routes.getImportRoute)
  async get({ params }: RouteInput<typeof routes.getImportRoute>): Promise<ImportAnswer> {
    return toImport(await this.imports.getImport({ id: params.id }));
  }

  @Route(routes.listImportFaultsRoute)
  async faults({
    params,
    query,
  }: RouteInput<typeof routes.listImportFaultsRoute>): Promise<
    RouteResult<typeof routes.listImportFaultsRoute>
  > {
    const { page = 0, limit = 0 } = query;
    const found = await this.imports.listImportFaults({ id: params.id, page: { page, limit } });
    return toPage(found.faults, found.page);
  }
}

function toImport(made: Import): ImportAnswer {
  const { target, createdAt, startedAt, finishedAt, ...same } = made;
  return {
    ...same,
    format: nameOf(FORMAT_OF, made.format),
    status: nameOf(STATUS_OF, made.status),
    upload: target && toTarget(target),
    createdAt: toInstant(createdAt),
    startedAt: startedAt && toInstant(startedAt),
    finishedAt: finishedAt && toInstant(finishedAt),
  };
}

/** @throws Error for a value the contract does not have */
function nameOf<Name extends string, Value>(values: Readonly<Record<Name, Value>>, wanted: unknown): Name {
  for (const name in values) if (values[name] === wanted) return name;
  throw new Error('An answer has an unknown value');
}
