import { Injectable } from '@nestjs/common';
import type {
  DataRequest,
  GetDataRequestRequest,
  GetErasureRequest,
  GetErasureResponse,
  ListExportPartsRequest,
  ListExportPartsResponse,
  PersonalDataServiceDefinition,
} from '@vici/proto-gen/user';
import { currentCaller, type GrpcHandlers, parseId, requirePermission, requireUserId } from '@vici/utils';
import { type DataRequestProgress, DataRequests } from '../application/data-requests.js';
import type { ServiceErasure } from '../domain/data-request.js';

/** The gRPC API of exports and erasures; a caller asks for their own. */
@Injectable()
export class PersonalDataGrpcController implements GrpcHandlers<typeof PersonalDataServiceDefinition> {
  constructor(private readonly requests: DataRequests) {}

  async requestExport(): Promise<DataRequest> {
    return toMessage(await this.requests.requestExport(requireUserId()));
  }

  async requestErasure(): Promise<DataRequest> {
    return toMessage(await this.requests.requestErasure(requireUserId()));
  }

  async getDataRequest({ id }: GetDataRequestRequest): Promise<DataRequest> {
    return toMessage(await this.requests.progress(requireUserId(), parseId<'DataRequest'>(id, 'id')));
  }

  async listExportParts({ id, offset }: ListExportPartsRequest): Promise<ListExportPartsResponse> {
    return await this.requests.exportParts(
      requireUserId(),
      parseId<'DataRequest'>(id, 'id'),
      Math.max(0, offset),
    );
  }

  async getErasure({ userId }: GetErasureRequest): Promise<GetErasureResponse> {
    const id = parseId<'User'>(userId, 'userId');
    if (currentCaller().userId !== id) requirePermission('users:read');
    const { services, ...progress } = await this.requests.erasure(id);
    return { request: toMessage(progress), services: services.map(toErasureMessage) };
  }
}

function toMessage({ request, waitingFor }: DataRequestProgress): DataRequest {
  const { id, userId, requestedAt, completedAt } = request;
  return { id, userId, requestedAt, completedAt, waitingFor: [...waitingFor] };
}

function toErasureMessage({ service, erased, kept }: ServiceErasure) {
  return {
    service,
    erased: Object.fromEntries(Object.entries(erased).map(([what, count]) => [what, BigInt(count)])),
    kept: kept.map(({ what, count, reason }) => ({ what, count: BigInt(count), reason })),
  };
}
