import { z } from 'zod';
import { userShape } from '../users/user.shapes.js';

export const tokenFields = {
  accessToken: z.string(),
  refreshToken: z.string(),
  expiresIn: z.int().describe('Seconds until the access token ends.'),
};

export const signedInShape = z.object({ user: userShape, ...tokenFields }).meta({ id: 'SignedIn' });

const secondFactorNeededShape = z
  .object({
    twoFactorRequired: z.literal(true),
    challenge: z.string().describe('To be sent to POST /auth/login/two-factor with a code; good once.'),
    expiresIn: z.int().describe('Seconds until the challenge ends.'),
  })
  .meta({ id: 'SecondFactorNeeded' });

/** What signing in comes to: a session, or the challenge of the second factor where the account has one. */
export const signInShape = z.union([signedInShape, secondFactorNeededShape]);
