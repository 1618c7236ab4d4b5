/** A login session as an access token names it. */
export interface LoginSession {
  readonly userId: string;
  readonly authSessionId: string;
}

/** What Redis says of a login session; `unknown` when it could not be asked. */
export type SessionState = { readonly role: string } | 'ended' | 'unknown';

/** The hash auth-service keeps the session in. Its tag is the user's, as that of the bucket the user is counted in. */
export function sessionKeyOf({ userId, authSessionId }: LoginSession): string {
  return `session:{${userId}}:${authSessionId}`;
}

/** What a session's hash says, by the role in it. */
export function sessionStateOf(role: string | null | undefined): SessionState {
  return role ? { role } : 'ended';
}
