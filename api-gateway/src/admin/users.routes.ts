import { z } from 'zod';
import { sessionShape } from '../auth/session.shapes.js';
import {
  choice,
  cursorQuery,
  flag,
  id,
  idParams,
  optionalText,
  pageQuery,
  queryString,
  timeOrder,
} from '../rest/fields.js';
import { listOf } from '../rest/shapes.js';
import { defineRoute } from '../routing/define-route.js';
import { adminUserShape, ROLES } from './users.shapes.js';

const tags = ['Administration: users'];
const endedShape = z.object({ ended: z.int().describe('How many sessions have ended.') });

const filters = {
  search: queryString(254).describe('Part of the e-mail address or the name.'),
  role: choice(ROLES),
  blocked: flag,
  sort: timeOrder,
};

export const listUsersRoute = defineRoute({
  method: 'GET',
  path: '/admin/users',
  auth: 'admin',
  permission: 'users:read',
  summary: 'Users, the newest first unless told otherwise',
  tags,
  query: z.object({ ...pageQuery, ...cursorQuery, ...filters }),
  response: listOf(adminUserShape),
});

export const exportUsersRoute = defineRoute({
  method: 'GET',
  path: '/admin/users/export',
  auth: 'admin',
  permission: 'users:read',
  summary: 'The list as a CSV file',
  tags,
  query: z.object(filters),
  csv: true,
  response: z.string(),
});

export const getUserRoute = defineRoute({
  method: 'GET',
  path: '/admin/users/:id',
  auth: 'admin',
  permission: 'users:read',
  summary: 'One user',
  tags,
  params: idParams,
  response: adminUserShape,
  errors: ['NOT_FOUND'],
});

export const updateUserRoute = defineRoute({
  method: 'PATCH',
  path: '/admin/users/:id',
  auth: 'admin',
  permission: 'users:write',
  summary: 'Change the role, block or unblock',
  description:
    "Takes effect with the user's next request: a block ends all sessions, a new role voids the access tokens. The last administrator stays one.",
  tags,
  params: idParams,
  body: z.object({
    role: z.enum(ROLES).optional(),
    blocked: z.boolean().optional(),
    note: optionalText(500).describe('Why, for the audit log.'),
  }),
  response: adminUserShape,
  errors: ['NOT_FOUND', 'CONFLICT'],
});

export const resetTwoFactorRoute = defineRoute({
  method: 'POST',
  path: '/admin/users/:id/two-factor/reset',
  auth: 'admin',
  permission: 'users:write',
  summary: "Turn a user's second factor off, for one who has lost app and recovery codes",
  description:
    'Signs the user out everywhere and tells them by mail. Make sure that it is really them who ask. Not for the own account.',
  tags,
  params: idParams,
  body: z.object({ note: optionalText(500).describe('Why, for the audit log.') }),
  response: adminUserShape,
  errors: ['NOT_FOUND'],
});

export const userSessionsRoute = defineRoute({
  method: 'GET',
  path: '/admin/users/:id/sessions',
  auth: 'admin',
  permission: 'users:read',
  summary: 'Devices a user is signed in on',
  description: 'The one seen last comes first; at most 100.',
  tags,
  params: idParams,
  response: z.array(sessionShape),
});

export const endUserSessionsRoute = defineRoute({
  method: 'DELETE',
  path: '/admin/users/:id/sessions',
  auth: 'admin',
  permission: 'users:write',
  summary: 'Sign a user out everywhere',
  tags,
  params: idParams,
  response: endedShape,
  errors: ['NOT_FOUND'],
});

export const endUserSessionRoute = defineRoute({
  method: 'DELETE',
  path: '/admin/users/:id/sessions/:sessionId',
  auth: 'admin',
  permission: 'users:write',
  summary: 'Sign a user out on one device',
  tags,
  params: z.object({ id, sessionId: id }),
  response: endedShape,
  errors: ['NOT_FOUND'],
});
