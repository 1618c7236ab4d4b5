import { setTimeout as sleep } from 'node:timers/promises';
import { Controller } from '@nestjs/common';
import { AuthServiceDefinition } from '@vici/proto-gen/auth';
import {
  type DataRequest,
  type GetErasureResponse,
  PersonalDataServiceDefinition,
} from '@vici/proto-gen/user';
import { type GrpcClient, InjectGrpc } from '@vici/utils';
import { z } from 'zod';
import { toInstant } from '../rest/shapes.js';
import { Answer } from '../routing/answer.js';
import type { RouteInput, RouteResult } from '../routing/define-route.js';
import { Route } from '../routing/route.decorator.js';
import * as routes from './personal-data.routes.js';

const POLL_MS = 100;
const partSchema = z.record(z.string(), z.array(z.record(z.string(), z.unknown())));
type Sections = z.output<typeof partSchema>;

/** Exports and erasures: asked for, waited for as long as a request may, and gone on with by the next one. */
@Controller()
export class PersonalDataController {
  constructor(
    @InjectGrpc(PersonalDataServiceDefinition)
    private readonly data: GrpcClient<typeof PersonalDataServiceDefinition>,
    @InjectGrpc(AuthServiceDefinition) private readonly auth: GrpcClient<typeof AuthServiceDefinition>,
  ) {}

  @Route(routes.exportRoute)
  async export(): Promise<RouteResult<typeof routes.exportRoute>> {
    const request = await this.finished(await this.data.requestExport({}));
    const services = await this.collected(request.id);
    return new Answer({ ...toProgress(request), services }, { status: statusOf(request) });
  }

  @Route(routes.deleteAccountRoute)
  async deleteAccount({
    body,
  }: RouteInput<typeof routes.deleteAccountRoute>): Promise<RouteResult<typeof routes.deleteAccountRoute>> {
    await this.auth.confirmIdentity(body);
    const request = await this.finished(await this.data.requestErasure({}));
    const report = await this.data.getErasure({ userId: request.userId });
    return new Answer(toErasure(report), { status: statusOf(report.request ?? request) });
  }

  @Route(routes.readErasureRoute)
  async readErasure({
    params,
  }: RouteInput<typeof routes.readErasureRoute>): Promise<RouteResult<typeof routes.readErasureRoute>> {
    return toErasure(await this.data.getErasure({ userId: params.id }));
  }

  /** The request when every service has answered, or as far as it is when patience ends. */
  private async finished(started: DataRequest): Promise<DataRequest> {
    const until = Date.now() + routes.PATIENCE_MS;
    let request = started;
    while (request.completedAt === undefined && Date.now() < until) {
      await sleep(POLL_MS);
      request = await this.data.getDataRequest({ id: started.id });
    }
    return request;
  }

  private async collected(id: string): Promise<Record<string, Sections>> {
    const services = new Map<string, Sections>();
    for (let offset = 0, total = 1; offset < total; ) {
      const page = await this.data.listExportParts({ id, offset });
      for (const { service, json } of page.parts) {
        services.set(service, joined(services.get(service), partSchema.parse(JSON.parse(json))));
      }
      total = page.total;
      offset += Math.max(1, page.parts.length);
    }
    return Object.fromEntries(services);
  }
}

/** Records of one section stand together, whatever parts they came in. */
function joined(before: Sections = {}, part: Sections): Sections {
  const added = Object.entries(part).map(([section, records]) => [
    section,
    [...(before[section] ?? []), ...records],
  ]);
  return { ...before, ...Object.fromEntries(added) };
}

function statusOf({ completedAt }: DataRequest): number {
  return completedAt === undefined ? 202 : 200;
}

function toProgress({ id, requestedAt, completedAt, waitingFor }: DataRequest) {
  return {
    requestId: id,
    status: completedAt === undefined ? ('RUNNING' as const) : ('COMPLETED' as const),
    requestedAt: toInstant(requestedAt),
    ...(completedAt !== undefined && { completedAt: toInstant(completedAt) }),
    waitingFor,
  };
}

/** @throws Error when an upstream left the request out, which its contract forbids */
function toErasure({ request, services }: GetErasureResponse) {
  if (request === undefined) {
    throw new Error('The request is missing from the report of an erasure');
  }
  return {
    ...toProgress(request),
    services: services.map(({ service, erased, kept }) => ({
      service,
      erased: Object.fromEntries(Object.entries(erased).map(([what, count]) => [what, Number(count)])),
      kept: kept.map(({ what, count, reason }) => ({ what, count: Number(count), reason })),
    })),
  };
}
