/** Two tabs of one browser may present the same refresh token this far apart, in milliseconds. */
export const REUSE_GRACE_MS = 10_000;

/** A refresh token as it is stored: without the secret itself. */
export interface RefreshToken {
  readonly sessionId: string;
  readonly userId: string;
  readonly expiresAt: Date;
  readonly usedAt?: Date;
}

/**
 * What presenting the token means now: `rotate` it for a new one, or refuse it because its time is over (`expired`) or
 * because it was used before (`stolen`): then whoever presents it may not be the shopper, and the session must end.
 */
export function verdictOn(token: RefreshToken, now: Date): 'rotate' | 'expired' | 'stolen' {
  if (token.usedAt !== undefined && now.getTime() - token.usedAt.getTime() > REUSE_GRACE_MS) return 'stolen';
  return token.expiresAt <= now ? 'expired' : 'rotate';
}
