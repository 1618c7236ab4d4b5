import { z } from 'zod';
import { secret, text } from '../rest/fields.js';
import { defineRoute } from '../routing/define-route.js';
import { userShape } from '../users/user.shapes.js';

const tags = ['Authentication'];
/** Hashing a password takes its time by design. */
export const SIGN_IN_TIMEOUT_MS = 5000;

const password = secret(128);
const token = secret(512);
const email = text(254).pipe(z.email());

const tokens = {
  accessToken: z.string(),
  refreshToken: z.string(),
  expiresIn: z.int().describe('Seconds until the access token ends.'),
};

const signedInShape = z.object({ user: userShape, ...tokens }).meta({ id: 'SignedIn' });

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
  tags,
  body: z.object({ email: text(254), password }),
  response: signedInShape,
  rateClass: 'auth',
  timeoutMs: SIGN_IN_TIMEOUT_MS,
  errors: ['INVALID_CREDENTIALS', 'ACCOUNT_LOCKED'],
});

export const refreshRoute = defineRoute({
  method: 'POST',
  path: '/auth/refresh',
  auth: 'public',
  summary: 'Exchange the refresh token for a new pair',
  tags,
  body: z.object({ refreshToken: token }),
  response: z.object({ token: z.string().describe('Same as accessToken.'), ...tokens }),
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
