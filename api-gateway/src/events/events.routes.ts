import { z } from 'zod';
import { defineRoute } from '../routing/define-route.js';
import { behaviourEventSchema } from './behaviour-event.schema.js';

/** Longer than the bus may take to be given up: then the events are kept on disk. */
export const INGEST_TIMEOUT_MS = 5_000;

const tags = ['Behaviour events'];

const ingestedShape = z
  .object({
    accepted: z.int(),
    duplicates: z.int().describe('Known already and kept once.'),
    rejected: z.array(z.object({ index: z.int(), reason: z.string() })),
  })
  .meta({ id: 'Ingested' });

const shared = {
  method: 'POST',
  auth: 'public',
  tags,
  response: ingestedShape,
  status: 202,
  rateClass: 'events',
  acceptsText: true,
  timeoutMs: INGEST_TIMEOUT_MS,
} as const;

export const sendEventRoute = defineRoute({
  ...shared,
  path: '/events',
  summary: 'Report what a shopper did',
  body: behaviourEventSchema,
});

export const sendEventsRoute = defineRoute({
  ...shared,
  path: '/events/batch',
  summary: 'Report several things; each is judged by itself',
  bodyUnread: true,
  body: z.object({
    events: z
      .array(z.unknown().meta({ $ref: '#/components/schemas/BehaviourEvent' }))
      .min(1)
      .max(500),
  }),
});
