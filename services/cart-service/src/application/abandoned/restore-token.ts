import { createHash, randomBytes } from 'node:crypto';

const TOKEN_BYTES = 32;

/** A secret nobody can guess. */
export function newRestoreToken(): string {
  return randomBytes(TOKEN_BYTES).toString('base64url');
}

/** What is stored of a token: whoever reads the database cannot use it. */
export function hashOfToken(token: string): string {
  return createHash('sha256').update(token).digest('base64url');
}
