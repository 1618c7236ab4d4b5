import { z } from 'zod';
import { secret, text } from '../rest/fields.js';
import { defineRoute } from '../routing/define-route.js';
import { signInShape } from './signed-in.shapes.js';

const tags = ['Authentication'];
/** The provider is asked on the way, in milliseconds. */
export const OIDC_TIMEOUT_MS = 10_000;

export const oidcProvidersRoute = defineRoute({
  method: 'GET',
  path: '/auth/oidc/providers',
  auth: 'public',
  summary: 'Accounts elsewhere that can be used for signing in',
  tags,
  response: z.array(z.object({ id: z.string(), name: z.string() })),
});

export const beginOidcLoginRoute = defineRoute({
  method: 'POST',
  path: '/auth/oidc/:provider/start',
  auth: 'public',
  summary: 'Begin to sign in with an account elsewhere',
  description:
    'Keep `flow` in this browser (sessionStorage) and go to `authorizationUrl`; the provider sends the browser back to OIDC_REDIRECT_URL with code and state.',
  tags,
  params: z.object({ provider: text(64) }),
  body: z.object({ remember: z.boolean().default(false) }),
  response: z.object({
    authorizationUrl: z.string(),
    flow: z.string().describe('Proves that the browser that comes back is the one that left.'),
    expiresIn: z.int().describe('Seconds until the flow ends.'),
  }),
  rateClass: 'auth',
  timeoutMs: OIDC_TIMEOUT_MS,
  errors: ['NOT_FOUND', 'SERVICE_UNAVAILABLE'],
});

export const completeOidcLoginRoute = defineRoute({
  method: 'POST',
  path: '/auth/oidc/callback',
  auth: 'public',
  summary: 'Sign in with what the provider sent the browser back with',
  description:
    'An account is linked only when provider and account are both sure of the e-mail address. A second factor is asked for as with POST /auth/login.',
  tags,
  body: z.object({
    flow: secret(512),
    code: secret(4096),
    state: secret(512),
    iss: secret(512).optional().describe('Where the provider sent it.'),
  }),
  response: signInShape,
  rateClass: 'auth',
  timeoutMs: OIDC_TIMEOUT_MS,
  errors: ['INVALID_TOKEN', 'EMAIL_NOT_VERIFIED', 'CONFLICT', 'ACCOUNT_BLOCKED', 'SERVICE_UNAVAILABLE'],
});
