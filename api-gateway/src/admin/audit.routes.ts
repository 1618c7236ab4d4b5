import { z } from 'zod';
import { instantOfQuery, pageQuery, queryString } from '../rest/fields.js';
import { listOf } from '../rest/shapes.js';
import { defineRoute } from '../routing/define-route.js';
import { auditEntryShape } from './audit.shapes.js';

export const listAuditRoute = defineRoute({
  method: 'GET',
  path: '/admin/audit',
  auth: 'admin',
  permission: 'audit:read',
  summary: 'Privileged acts, the latest first: who did what, when and from where',
  tags: ['Administration: audit'],
  query: z.object({
    ...pageQuery,
    action: queryString(100).describe('`<thing>.<act>`, or `<thing>` for all acts on it.'),
    actorId: queryString(64),
    targetType: queryString(64),
    targetId: queryString(128),
    from: instantOfQuery.describe('Inclusive.'),
    to: instantOfQuery.describe('Exclusive.'),
  }),
  response: listOf(auditEntryShape),
});
