import type { AuditEntry } from '@vici/proto-gen/auth';
import { z } from 'zod';
import { instant, toInstant } from '../rest/shapes.js';

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

function toFields(json: string | undefined): z.output<typeof fields> | undefined {
  return json === undefined ? undefined : fields.parse(JSON.parse(json));
}
