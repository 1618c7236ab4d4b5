import type { AuditEntry } from '@vici/proto-gen/auth';
import { z } from 'zod';
import { instant, toInstant } from '../rest/shapes.js';
import type { CsvColumn } from '../streaming/csv-export.js';

const fields = z.record(z.string(), z.unknown());

export const auditEntryShape = z
  .object({
    id: z.uuid(),
    action: z.string().describe('`<thing>.<act>`, e.g. `product.update`.'),
    actor: z.object({
      role: z.string(),
      userId: z.string().optional(),
      service: z.string().optional().describe('The service that acted on its own account.'),
    }),
    target: z.object({ type: z.string(), id: z.string() }),
    before: fields.optional(),
    after: fields.optional(),
    note: z.string().optional(),
    network: z.string().optional().describe('Network of the client, never its whole address.'),
    requestId: z.string(),
    recordedAt: instant,
  })
  .meta({ id: 'AuditEntry', description: 'Personal data and secrets are masked.' });

/** @throws Error when before or after is no JSON object, which the contract forbids */
export function toAuditEntry(entry: AuditEntry): z.output<typeof auditEntryShape> {
  const { id, action, actorRole, actorId, actorService, targetType, targetId, note, network } = entry;
  return {
    id,
    action,
    actor: { role: actorRole, userId: actorId, service: actorService },
    target: { type: targetType, id: targetId },
    before: toFields(entry.beforeJson),
    after: toFields(entry.afterJson),
    note,
    network,
    requestId: entry.requestId,
    recordedAt: toInstant(entry.recordedAt),
  };
}

type Entry = z.output<typeof auditEntryShape>;

/** An act as a row of an export. */
export const AUDIT_COLUMNS: readonly CsvColumn<Entry>[] = [
  { header: 'id', value: (entry) => entry.id },
  { header: 'recordedAt', value: (entry) => entry.recordedAt },
  { header: 'action', value: (entry) => entry.action },
  { header: 'actorRole', value: ({ actor }) => actor.role },
  { header: 'actorId', value: ({ actor }) => actor.userId },
  { header: 'actorService', value: ({ actor }) => actor.service },
  { header: 'targetType', value: ({ target }) => target.type },
  { header: 'targetId', value: ({ target }) => target.id },
  { header: 'before', value: ({ before }) => before && JSON.stringify(before) },
  { header: 'after', value: ({ after }) => after && JSON.stringify(after) },
  { header: 'note', value: (entry) => entry.note },
  { header: 'network', value: (entry) => entry.network },
  { header: 'requestId', value: (entry) => entry.requestId },
];

function toFields(json: string | undefined): z.output<typeof fields> | undefined {
  return json === undefined ? undefined : fields.parse(JSON.parse(json));
}
