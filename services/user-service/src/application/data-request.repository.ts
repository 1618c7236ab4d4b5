import type { DataRequest, ExportPart, ServiceErasure } from '../domain/data-request.js';

/** Requests for a person's data and what the services answered. */
export abstract class DataRequestRepository {
  /** Adds the request unless one of its kind is open, or for an erasure was ever made; gives the one there is. */
  abstract open(request: DataRequest): Promise<{ request: DataRequest; opened: boolean }>;
  abstract find(id: string): Promise<DataRequest | undefined>;
  abstract findErasure(userId: string): Promise<DataRequest | undefined>;
  /** Keeps what a service answered; kept before, it stays. False when the request is not there any more. */
  abstract addAnswer(requestId: string, answer: DataRequestAnswer): Promise<boolean>;
  /** Services whose last part is there. */
  abstract answered(requestId: string): Promise<ReadonlySet<string>>;
  abstract complete(requestId: string, at: Date): Promise<void>;
  /** By service and part. */
  abstract exportParts(
    requestId: string,
    page: { offset: number; limit: number },
  ): Promise<{ parts: ExportPart[]; total: number }>;
  abstract erasures(requestId: string): Promise<ServiceErasure[]>;
  /** Deletes exports and their parts: those of a user, or those asked for before a moment. */
  abstract deleteExports(which: { userId: string } | { before: Date }): Promise<number>;
}

/** One answer of one service. */
export interface DataRequestAnswer {
  readonly service: string;
  readonly part: number;
  readonly last: boolean;
  readonly answer: Readonly<Record<string, unknown>>;
}
