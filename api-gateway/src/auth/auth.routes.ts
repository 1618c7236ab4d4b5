import { z } from 'zod';
import { id, secret, text } from '../rest/fields.js';
import { defineRoute } from '../routing/define-route.js';
import { sessionShape } from './session.shapes.js';
import { signedInShape, signInShape, tokenFields } from './signed-in.shapes.js';

const tags = ['Authentication'];
/** Hashing a password takes its time by design. */
export const SIGN_IN_TIMEOUT_MS = 5000;

const password = secret(128);
const token = secret(512);
const email = text(254).pipe(z.email());

export const registerRoute = defineRoute({
  method: 'POST',
  path: '/auth/register',
  auth: 'public',
  summary: 'Create an account and sign in',
  tags,
  body: z.object({ email, password, firstName: text(100), lastName: text(100) }),
  response: signedInShape,
  status: 201,
  rateClass: 'auth',
  idempotent: true,
  timeoutMs: SIGN_IN_TIMEOUT_MS,
  errors: ['EMAIL_TAKEN', 'WEAK_PASSWORD'],
});

export const loginRoute = defineRoute({
  method: 'POST',
  path: '/auth/login',
  auth: 'public',
  summary: 'Sign in',
  description:
    'An account with a second factor is answered with a challenge instead of tokens; POST /auth/login/two-factor takes it.',
  tags,
  body: z.object({
    email: text(254),
    password,
    remember: z.boolean().default(false).describe('Stay signed in for 30 days without a visit instead of 7.'),
  }),
  response: signInShape,
  rateClass: 'auth',
  timeoutMs: SIGN_IN_TIMEOUT_MS,
  errors: ['INVALID_CREDENTIALS', 'ACCOUNT_LOCKED', 'ACCOUNT_BLOCKED'],
});

export const refreshRoute = defineRoute({
  method: 'POST',
  path: '/auth/refresh',
  auth: 'public',
  summary: 'Exchange the refresh token for a new pair',
  tags,
  body: z.object({ refreshToken: token }),
  response: z.object({ token: z.string().describe('Same as accessToken.'), ...tokenFields }),
  rateClass: 'auth',
  timeoutMs: SIGN_IN_TIMEOUT_MS,
  errors: ['INVALID_TOKEN'],
});

export const logoutRoute = defineRoute({
  method: 'POST',
  path: '/auth/logout',
  auth: 'user',
  summary: 'End the session at once, on every replica',
  tags,
  body: z.object({ refreshToken: token.optional() }),
  response: z.null(),
});

export const verifyEmailRoute = defineRoute({
  method: 'POST',
  path: '/auth/verify-email',
  auth: 'public',
  summary: 'Confirm an e-mail address',
  tags,
  body: z.object({ token }),
  response: z.null(),
  rateClass: 'auth',
  errors: ['INVALID_TOKEN'],
});

export const forgotPasswordRoute = defineRoute({
  method: 'POST',
  path: '/auth/forgot-password',
  auth: 'public',
  summary: 'Have a reset link sent',
  description: 'Answers the same, in the same time, whether or not the address has an account.',
  tags,
  body: z.object({ email }),
  response: z.null(),
  rateClass: 'auth',
});

export const resetPasswordRoute = defineRoute({
  method: 'POST',
  path: '/auth/reset-password',
  auth: 'public',
  summary: 'Set a new password with the link of the mail',
  description: 'The link is good once, for an hour. All sessions of the account end.',
  tags,
  body: z.object({ token, password }),
  response: z.null(),
  rateClass: 'auth',
  timeoutMs: SIGN_IN_TIMEOUT_MS,
  errors: ['INVALID_TOKEN', 'WEAK_PASSWORD'],
});

export const changePasswordRoute = defineRoute({
  method: 'POST',
  path: '/auth/change-password',
  auth: 'user',
  summary: 'Change the password',
  description: 'The session of the caller goes on; all others end.',
  tags,
  body: z.object({ currentPassword: password, newPassword: password }),
  response: z.null(),
  rateClass: 'auth',
  timeoutMs: SIGN_IN_TIMEOUT_MS,
  errors: ['INVALID_CREDENTIALS', 'ACCOUNT_LOCKED', 'WEAK_PASSWORD'],
});

export const sessionsRoute = defineRoute({
  method: 'GET',
  path: '/auth/sessions',
  auth: 'user',
  summary: 'Devices signed in',
  description: 'The one seen last comes first; at most 100.',
  tags,
  response: z.array(sessionShape),
});

export const endSessionRoute = defineRoute({
  method: 'DELETE',
  path: '/auth/sessions/:id',
  auth: 'user',
  summary: 'End a session at once, on every replica',
  tags,
  params: z.object({ id }),
  response: z.null(),
  errors: ['NOT_FOUND'],
});

export const jwksRoute = defineRoute({
  method: 'GET',
  path: '/auth/.well-known/jwks.json',
  auth: 'public',
  summary: 'Public keys that verify access tokens',
  description:
    'A JSON Web Key Set (RFC 7517): its `keys` stand at the top of the document, where JOSE libraries look for them, and in `data` like every answer.',
  tags,
  response: z.object({ keys: z.array(z.looseObject({ kty: z.string() })) }),
  etag: true,
});
