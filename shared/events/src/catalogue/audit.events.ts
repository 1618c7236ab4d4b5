import { z } from 'zod';
import { defineEvent, instant } from './event-definition.js';

/** What changed of a thing: its fields before and after, personal data and secrets masked. */
const fields = z.record(z.string(), z.unknown());

export const auditEvents = {
  /** A privileged act. Made by whichever service carried it out, in the transaction of the act. */
  'audit.recorded': defineEvent({
    type: 'audit.recorded',
    topics: ['audit-events'],
    source: 'every-service',
    version: 1,
    schema: z.object({
      /** `<thing>.<act>`, e.g. `product.update`. */
      action: z.string().regex(/^[a-z-]+(\.[a-z-]+)+$/),
      actor: z.object({
        role: z.enum(['anonymous', 'customer', 'support', 'admin', 'system']),
        userId: z.string().optional(),
        /** The service that acted on its own account. */
        service: z.string().optional(),
      }),
      target: z.object({ type: z.string(), id: z.string() }),
      before: fields.optional(),
      after: fields.optional(),
      note: z.string().optional(),
      /** The network of the actor's client, never its whole address. */
      network: z.string().optional(),
      requestId: z.string(),
      recordedAt: instant,
    }),
  }),
};
