import type { Account, AccountRole } from '../domain/account.js';
import type { EmailAddress } from '../domain/email.js';
import type { RefreshToken } from '../domain/refresh-token.js';

/** Accounts and their password hashes. */
export abstract class AccountRepository {
  /** False, and nothing stored, when the address has an account already. */
  abstract insert(account: Account, email: EmailAddress, passwordHash: string): Promise<boolean>;
  abstract findByEmail(email: EmailAddress): Promise<{ account: Account; passwordHash: string } | undefined>;
  abstract find(userIds: readonly string[]): Promise<Account[]>;
  /** Keeps a single-use token that proves the account's e-mail address. */
  abstract addVerificationToken(userId: string, hash: Uint8Array, expiresAt: Date): Promise<void>;
  /** Uses the token up and marks its account's address as verified; undefined when it is unknown or its time is over. */
  abstract verifyEmail(hash: Uint8Array, now: Date): Promise<string | undefined>;
  /** Removes verification tokens whose time is over; gives how many. */
  abstract deleteExpiredVerifications(before: Date): Promise<number>;
}

/** Refresh tokens by the hash of their secret. */
export abstract class RefreshTokenRepository {
  abstract insert(hash: Uint8Array, token: RefreshToken, issuedAt: Date): Promise<void>;
  /** The token; until the transaction ends nobody else changes or ends its session. */
  abstract lock(hash: Uint8Array): Promise<RefreshToken | undefined>;
  /** Notes the first use; a later one changes nothing. */
  abstract markUsed(hash: Uint8Array, at: Date): Promise<void>;
  /** Removes the tokens of a session, those included that a refresh under way is about to store. */
  abstract deleteSession(sessionId: string): Promise<void>;
  /** Removes what nobody can use any more, a bounded number at a time; gives how many. */
  abstract deleteExpired(before: Date): Promise<number>;
}

/** What a live session knows, for every gateway to see. */
export interface Session {
  readonly sessionId: string;
  readonly userId: string;
  readonly role: AccountRole;
  readonly userAgent: string;
  /** Network of the client, never its whole address. */
  readonly network: string;
}

/** Live sessions. A session that is not here has ended. */
export abstract class SessionStore {
  abstract open(session: Session, lifetimeMs: number): Promise<void>;
  abstract end(sessionId: string): Promise<void>;
}

/** Slow, salted hashes of passwords. */
export abstract class PasswordHasher {
  abstract hash(password: string): Promise<string>;
  /** Takes as long without a hash to compare with as with one, so that time tells nothing about the account. */
  abstract matches(password: string, hash: string | undefined): Promise<boolean>;
}

/** Signed proof of who somebody is, for a short while. */
export abstract class AccessTokens {
  /** Seconds a token is good for. */
  abstract readonly lifetimeSeconds: number;
  abstract issue(claims: { userId: string; role: AccountRole; sessionId: string }): Promise<string>;
  /** The public keys that verify tokens, as the JSON text of a JSON Web Key Set. */
  abstract publicKeys(): Promise<string>;
}

/** Slows guessing down. */
export abstract class LoginThrottle {
  /**
   * Counts a try before it is made, so that tries at the same moment cannot slip past.
   * @throws DomainError ACCOUNT_LOCKED, RATE_LIMITED with `retryAfterSeconds` in the details
   */
  abstract begin(account: string, address: string | undefined): Promise<void>;
  /** Forgets the failures of the account after a good login. */
  abstract succeed(account: string, address: string | undefined): Promise<void>;
}
