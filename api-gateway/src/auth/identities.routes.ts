import { z } from 'zod';
import { idParams } from '../rest/fields.js';
import { instant } from '../rest/shapes.js';
import { defineRoute } from '../routing/define-route.js';

const tags = ['Authentication'];

export const identitiesRoute = defineRoute({
  method: 'GET',
  path: '/auth/identities',
  auth: 'user',
  summary: 'Accounts elsewhere that sign in to this one',
  description: 'They are linked by signing in with them (POST /auth/oidc/:provider/start).',
  tags,
  response: z.array(
    z.object({
      id: z.uuid(),
      provider: z
        .string()
        .optional()
        .describe('Absent when it is not offered any more: then it signs nobody in.'),
      name: z.string(),
      linkedAt: instant,
    }),
  ),
});

export const unlinkIdentityRoute = defineRoute({
  method: 'DELETE',
  path: '/auth/identities/:id',
  auth: 'user',
  summary: 'Let an account elsewhere no longer sign in to this one',
  description:
    'Refused for the only way into the account: set a password first (POST /auth/forgot-password).',
  tags,
  params: idParams,
  response: z.null(),
  errors: ['NOT_FOUND', 'CONFLICT'],
});
