import { z } from 'zod';
import type { Identity } from '../domain/identity.js';

const MAX_NAME = 100;

const claimsSchema = z.object({
  sub: z.string().min(1).max(255),
  email: z.string().optional(),
  // Some providers write it as text.
  email_verified: z.union([z.boolean(), z.literal('true'), z.literal('false')]).optional(),
  given_name: z.string().optional(),
  family_name: z.string().optional(),
  name: z.string().optional(),
});

/**
 * Whom the standard claims describe (OpenID Connect Core 1.0, section 5.1).
 * @throws ZodError when they are not what the standard says
 */
export function toIdentity(issuer: string, claims: unknown): Identity {
  const { sub, email, email_verified, given_name, family_name, name } = claimsSchema.parse(claims);
  const [first = '', ...rest] = cleaned(name).split(' ');
  return {
    issuer,
    subject: sub,
    email,
    emailVerified: email_verified === true || email_verified === 'true',
    firstName: cleaned(given_name) || first || cleaned(email?.split('@', 1)[0]),
    lastName: cleaned(family_name) || rest.join(' '),
  };
}

/** A name as accounts have them: no control characters, no more than 100 characters. */
function cleaned(text = ''): string {
  return text
    .replace(/[\p{Cc}\s]+/gu, ' ')
    .trim()
    .slice(0, MAX_NAME);
}
