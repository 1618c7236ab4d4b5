import { z } from 'zod';
import { secret, text } from '../rest/fields.js';
import { instant } from '../rest/shapes.js';
import { defineRoute } from '../routing/define-route.js';
import { SIGN_IN_TIMEOUT_MS } from './auth.routes.js';
import { signedInShape } from './signed-in.shapes.js';

const tags = ['Authentication'];
const password = secret(128);
const code = text(64).describe('Six digits of the authenticator app, or a recovery code.');
const recoveryCodesShape = z.object({
  recoveryCodes: z.array(z.string()).describe('Shown this once; each is good for one sign-in.'),
});
const SIGN_IN = { tags, rateClass: 'auth', timeoutMs: SIGN_IN_TIMEOUT_MS } as const;

export const completeLoginRoute = defineRoute({
  ...SIGN_IN,
  method: 'POST',
  path: '/auth/login/two-factor',
  auth: 'public',
  summary: 'Finish signing in with a code',
  body: z.object({ challenge: secret(512), code }),
  response: signedInShape,
  errors: ['INVALID_TOKEN', 'INVALID_CREDENTIALS', 'ACCOUNT_LOCKED', 'ACCOUNT_BLOCKED'],
});

export const getTwoFactorRoute = defineRoute({
  method: 'GET',
  path: '/auth/two-factor',
  auth: 'user',
  summary: 'Whether signing in asks for a second factor',
  tags,
  response: z.object({
    enabled: z.boolean(),
    enabledAt: instant.optional(),
    recoveryCodesLeft: z.int(),
  }),
});

export const enrolTwoFactorRoute = defineRoute({
  ...SIGN_IN,
  method: 'POST',
  path: '/auth/two-factor',
  auth: 'user',
  summary: 'Get a secret for the authenticator app',
  description: 'Nothing is asked for before POST /auth/two-factor/confirm.',
  body: z.object({ password }),
  response: z.object({
    secret: z.string().describe('Base32, to be typed where no picture can be read.'),
    otpauthUri: z.string(),
    qrCode: z.string().describe('The URI as a picture: a data: URI of a PNG.'),
  }),
  errors: ['INVALID_CREDENTIALS', 'ACCOUNT_LOCKED', 'CONFLICT'],
});

export const confirmTwoFactorRoute = defineRoute({
  ...SIGN_IN,
  method: 'POST',
  path: '/auth/two-factor/confirm',
  auth: 'user',
  summary: 'Turn the second factor on with the first code',
  body: z.object({ code }),
  response: recoveryCodesShape,
  errors: ['INVALID_CREDENTIALS', 'ACCOUNT_LOCKED', 'NOT_FOUND'],
});

export const replaceRecoveryCodesRoute = defineRoute({
  ...SIGN_IN,
  method: 'POST',
  path: '/auth/two-factor/recovery-codes',
  auth: 'user',
  summary: 'Get new recovery codes in place of the old ones',
  body: z.object({ password, code }),
  response: recoveryCodesShape,
  errors: ['INVALID_CREDENTIALS', 'ACCOUNT_LOCKED', 'NOT_FOUND'],
});

export const disableTwoFactorRoute = defineRoute({
  ...SIGN_IN,
  method: 'POST',
  path: '/auth/two-factor/disable',
  auth: 'user',
  summary: 'Turn the second factor off',
  body: z.object({ password, code }),
  response: z.null(),
  errors: ['INVALID_CREDENTIALS', 'ACCOUNT_LOCKED', 'NOT_FOUND'],
});
