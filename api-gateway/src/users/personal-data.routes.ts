import { z } from 'zod';
import { id, idParams } from '../rest/fields.js';
import { instant } from '../rest/shapes.js';
import { defineRoute } from '../routing/define-route.js';

const tags = ['Personal data'];

/** How long an answer waits for the services before it says that the work goes on, in milliseconds. */
export const PATIENCE_MS = 10_000;
const TIMEOUT_MS = PATIENCE_MS + 5000;

const requestFields = {
  requestId: id,
  status: z.enum(['COMPLETED', 'RUNNING']),
  requestedAt: instant,
  completedAt: instant.optional(),
  waitingFor: z.array(z.string()).describe('Services that have not answered yet.'),
};

export const exportRoute = defineRoute({
  method: 'GET',
  path: '/users/export',
  auth: 'user',
  summary: 'Everything held on the user, from every service, as one document',
  description:
    'Complete with 200. While a service is away the answer is 202 without its part; asked again, the same export goes on.',
  tags,
  response: z
    .object({
      ...requestFields,
      services: z
        .record(z.string(), z.record(z.string(), z.array(z.record(z.string(), z.unknown()))))
        .describe('By service, then by what the records are.'),
    })
    .meta({ id: 'PersonalDataExport' }),
  rateClass: 'write',
  timeoutMs: TIMEOUT_MS,
});

export const erasureShape = z
  .object({
    ...requestFields,
    services: z.array(
      z.object({
        service: z.string(),
        erased: z
          .record(z.string(), z.int())
          .describe('How many of what are gone or no longer tell whose they were.'),
        kept: z.array(z.object({ what: z.string(), count: z.int(), reason: z.string() })),
      }),
    ),
  })
  .meta({ id: 'Erasure' });

export const deleteAccountRoute = defineRoute({
  method: 'DELETE',
  path: '/users/account',
  auth: 'user',
  summary: 'Delete the account and everything that need not be kept',
  description:
    'Orders and invoices stay, without a name. 200 when every service has done its part, 202 while one is away: it will.',
  tags,
  body: z.object({
    password: z.string().max(1000).optional().describe('Needed unless the account has none.'),
  }),
  response: erasureShape,
  rateClass: 'auth',
  timeoutMs: TIMEOUT_MS,
  errors: ['INVALID_CREDENTIALS', 'ACCOUNT_LOCKED'],
});

export const readErasureRoute = defineRoute({
  method: 'GET',
  path: '/admin/users/:id/erasure',
  auth: 'admin',
  permission: 'users:read',
  summary: 'What each service did about the erasure of a user',
  tags: ['Administration: users'],
  params: idParams,
  response: erasureShape,
  errors: ['NOT_FOUND'],
});
