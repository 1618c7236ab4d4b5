/** What a person asks for: everything held on them, or that it goes. */
export type DataRequestKind = 'export' | 'erasure';

/** One request to every service that holds something of a person. */
export interface DataRequest {
  readonly id: string;
  readonly userId: string;
  readonly kind: DataRequestKind;
  readonly requestedAt: Date;
  /** When the last service had answered. */
  readonly completedAt?: Date;
}

/** A part of an export as a service gave it: lists of records. */
export interface ExportPart {
  readonly service: string;
  readonly part: number;
  readonly json: string;
}

/** What a service did about an erasure. */
export interface ServiceErasure {
  readonly service: string;
  readonly erased: Readonly<Record<string, number>>;
  readonly kept: readonly { readonly what: string; readonly count: number; readonly reason: string }[];
}
