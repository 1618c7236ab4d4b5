import type { Page, PageRequest } from '@vici/database';

/** A privileged act as it is kept. */
export interface AuditLogEntry {
  readonly id: string;
  /** `<thing>.<act>`. */
  readonly action: string;
  readonly actor: {
    readonly role: string;
    readonly userId?: string | undefined;
    readonly service?: string | undefined;
  };
  readonly target: { readonly type: string; readonly id: string };
  readonly before?: Readonly<Record<string, unknown>> | undefined;
  readonly after?: Readonly<Record<string, unknown>> | undefined;
  readonly note?: string | undefined;
  /** The network of the actor's client, never its whole address. */
  readonly network?: string | undefined;
  readonly requestId: string;
  readonly recordedAt: Date;
}

/** Which acts are looked for; every field that is given has to fit. */
export interface AuditLogFilter {
  /** `<thing>.<act>`, or `<thing>` for all acts on it. */
  readonly action?: string;
  readonly actorId?: string;
  readonly targetType?: string;
  readonly targetId?: string;
  /** Inclusive. */
  readonly from?: Date;
  /** Exclusive. */
  readonly to?: Date;
  readonly oldestFirst?: boolean;
}

/** The privileged acts of every service. */
export abstract class AuditLogRepository {
  /** Keeps an act; the same one again changes nothing. */
  abstract add(entry: AuditLogEntry): Promise<void>;
  /** The latest first, unless told otherwise. */
  abstract list(filter: AuditLogFilter, page: PageRequest): Promise<Page<AuditLogEntry>>;
}
