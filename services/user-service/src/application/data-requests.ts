import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '@vici/database';
import { createEvent, EventPublisher, PERSONAL_DATA_SERVICES } from '@vici/events';
import { Clock, newId, notFound } from '@vici/utils/domain';
import type { DataRequest, DataRequestKind, ExportPart, ServiceErasure } from '../domain/data-request.js';
import { type DataRequestAnswer, DataRequestRepository } from './data-request.repository.js';

/** An export may be fetched for so long, in milliseconds; it is personal data lying around. */
export const EXPORT_LIFETIME_MS = 7 * 86_400_000;
const PARTS_A_PAGE = 10;

/** A request and the services it still waits for. */
export interface DataRequestProgress {
  readonly request: DataRequest;
  readonly waitingFor: readonly string[];
}

/** Exports and erasures: asked of every service by event, answered by event, complete when the last one has answered. */
@Injectable()
export class DataRequests {
  constructor(
    private readonly requests: DataRequestRepository,
    private readonly unitOfWork: UnitOfWork,
    private readonly events: EventPublisher,
    private readonly clock: Clock,
  ) {}

  /** Asks every service for what it holds on the user; while an export is under way it is that one. */
  async requestExport(userId: string): Promise<DataRequestProgress> {
    return await this.open(userId, 'export', ({ id, requestedAt }) =>
      createEvent('privacy.export_requested', {
        subject: id,
        data: { requestId: id, userId, requestedAt: requestedAt.toISOString() },
      }),
    );
  }

  /** Has every service erase what it holds on the user. Asked again, it is the same request. */
  async requestErasure(userId: string): Promise<DataRequestProgress> {
    return await this.open(userId, 'erasure', ({ id, requestedAt }) =>
      createEvent('user.deleted', {
        subject: userId,
        data: { userId, requestId: id, deletedAt: requestedAt.toISOString() },
      }),
    );
  }

  /** @throws DomainError NOT_FOUND, also for somebody else's request and an export that is too old */
  async progress(userId: string, id: string): Promise<DataRequestProgress> {
    const request = await this.requests.find(id);
    if (request === undefined || request.userId !== userId || this.isTooOld(request)) {
      throw notFound('data request', id);
    }
    return await this.progressOf(request);
  }

  /** @throws DomainError NOT_FOUND like {@link progress} */
  async exportParts(
    userId: string,
    id: string,
    offset: number,
  ): Promise<{ parts: ExportPart[]; total: number }> {
    await this.progress(userId, id);
    return await this.requests.exportParts(id, { offset, limit: PARTS_A_PAGE });
  }

  /** What each service did. @throws DomainError NOT_FOUND when no erasure was asked for */
  async erasure(userId: string): Promise<DataRequestProgress & { readonly services: ServiceErasure[] }> {
    const request = await this.requests.findErasure(userId);
    if (request === undefined) throw notFound('erasure of user', userId);
    const services = await this.requests.erasures(request.id);
    return { ...(await this.progressOf(request)), services };
  }

  /** Takes in an answer, within the transaction of its event; the last one completes the request. */
  async answer(requestId: string, answer: DataRequestAnswer): Promise<void> {
    // An export that was deleted meanwhile is of no interest any more.
    if (!(await this.requests.addAnswer(requestId, answer)) || !answer.last) return;
    const answered = await this.requests.answered(requestId);
    if (PERSONAL_DATA_SERVICES.every((service) => answered.has(service))) {
      await this.requests.complete(requestId, this.clock.now());
    }
  }

  /** Deletes exports nobody may fetch any more; how many those were. */
  async deleteOldExports(): Promise<number> {
    return await this.requests.deleteExports({ before: this.oldestExport() });
  }

  private async open(
    userId: string,
    kind: DataRequestKind,
    eventOf: (
      request: DataRequest,
    ) => ReturnType<typeof createEvent<'user.deleted' | 'privacy.export_requested'>>,
  ): Promise<DataRequestProgress> {
    const wanted = { id: newId<'DataRequest'>(), userId, kind, requestedAt: this.clock.now() };
    const request = await this.unitOfWork.transaction(async () => {
      const { request: known, opened } = await this.requests.open(wanted);
      if (opened) await this.events.publish(eventOf(known));
      return known;
    });
    return await this.progressOf(request);
  }

  private async progressOf(request: DataRequest): Promise<DataRequestProgress> {
    if (request.completedAt !== undefined) return { request, waitingFor: [] };
    const answered = await this.requests.answered(request.id);
    return { request, waitingFor: PERSONAL_DATA_SERVICES.filter((service) => !answered.has(service)) };
  }

  private isTooOld({ kind, requestedAt }: DataRequest): boolean {
    return kind === 'export' && requestedAt < this.oldestExport();
  }

  private oldestExport(): Date {
    return new Date(this.clock.now().getTime() - EXPORT_LIFETIME_MS);
  }
}
