import { z } from 'zod';
import { cursorQuery, instantOfQuery, pageQuery, queryString, timeOrder } from '../rest/fields.js';
import { listOf } from '../rest/shapes.js';
import { defineRoute } from '../routing/define-route.js';
import { auditEntryShape } from './audit.shapes.js';

const read = { auth: 'admin', permission: 'audit:read', tags: ['Administration: audit'] } as const;

const filters = {
  action: queryString(100).describe('`<thing>.<act>`, or `<thing>` for all acts on it.'),
  actorId: queryString(64),
  targetType: queryString(64),
  targetId: queryString(128),
  from: instantOfQuery.describe('Inclusive.'),
  to: instantOfQuery.describe('Exclusive.'),
  sort: timeOrder,
};

export const listAuditRoute = defineRoute({
  ...read,
  method: 'GET',
  path: '/admin/audit',
  summary: 'Privileged acts, the latest first unless told otherwise: who did what, when and from where',
  query: z.object({ ...pageQuery, ...cursorQuery, ...filters }),
  response: listOf(auditEntryShape),
});

export const exportAuditRoute = defineRoute({
  ...read,
  method: 'GET',
  path: '/admin/audit/export',
  summary: 'The list as a CSV file',
  query: z.object(filters),
  csv: true,
  response: z.string(),
});
