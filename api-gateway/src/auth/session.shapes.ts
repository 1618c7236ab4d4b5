import type { Session } from '@vici/proto-gen/auth';
import { z } from 'zod';
import { instant, toInstant } from '../rest/shapes.js';

export const sessionShape = z
  .object({
    id: z.string(),
    userAgent: z.string(),
    network: z.string().describe('Network of its last refresh, e.g. 203.0.113.0/24; empty when unknown.'),
    createdAt: instant,
    lastSeenAt: instant.describe('When it last signed in or refreshed.'),
    current: z.boolean().describe('Whether it is the session that asks.'),
  })
  .meta({ id: 'Session' });

export function toSession(session: Session): z.output<typeof sessionShape> {
  const { id: sessionId, userAgent, network, current } = session;
  return {
    id: sessionId,
    userAgent,
    network,
    createdAt: toInstant(session.createdAt),
    lastSeenAt: toInstant(session.lastSeenAt),
    current,
  };
}
