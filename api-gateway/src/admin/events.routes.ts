import { BEHAVIOUR_TYPES } from '@vici/events';
import { z } from 'zod';
import { choice, instantOfQuery, queryString, wholeNumber } from '../rest/fields.js';
import { instant } from '../rest/shapes.js';
import { defineRoute } from '../routing/define-route.js';
import { archivedEventShape } from './events.shapes.js';

const tags = ['Administration: behaviour events'];
const cursor = queryString(500).describe('`nextCursor` of the page before.');
const filters = {
  userId: queryString(64).describe('Events of the user, and of the visits they signed in from.'),
  sessionId: queryString(64),
  eventType: choice(BEHAVIOUR_TYPES),
  from: instantOfQuery.describe('By time of arrival, inclusive; 24 hours before `to` where it is missing.'),
  to: instantOfQuery.describe('Exclusive; now where it is missing.'),
};

export const listEventsRoute = defineRoute({
  method: 'GET',
  path: '/admin/events',
  auth: 'admin',
  permission: 'events:read',
  summary: 'Behaviour events in the archive, the newest first',
  tags,
  query: z.object({ ...filters, limit: wholeNumber(1, 100).describe('20 where it is missing.'), cursor }),
  response: z.object({
    events: z.array(archivedEventShape),
    nextCursor: z.string().optional().describe('Absent on the last page.'),
  }),
});

export const exportEventsRoute = defineRoute({
  method: 'GET',
  path: '/admin/events/export',
  auth: 'admin',
  permission: 'events:read',
  summary: 'The same as a CSV file',
  tags,
  query: z.object(filters),
  response: z.string(),
  csv: true,
});

export const replayEventsRoute = defineRoute({
  method: 'POST',
  path: '/admin/events/replay',
  auth: 'admin',
  permission: 'events:write',
  summary: 'Send archived events to a topic again, a page a call: until the answer has no `nextCursor`',
  tags,
  body: z.object({
    from: instant.describe('By time of arrival, inclusive.'),
    to: instant.describe('Exclusive.'),
    topic: z
      .string()
      .max(64)
      .describe('user-events, product-views, cart-events, search-events or purchase-events.'),
    eventTypes: z.array(z.enum(BEHAVIOUR_TYPES)).max(BEHAVIOUR_TYPES.length).default([]),
    limit: z.int().min(1).max(5000).default(1000),
    cursor: z.string().max(500).optional(),
  }),
  response: z.object({ sent: z.int(), nextCursor: z.string().optional() }),
  timeoutMs: 10_000,
});
