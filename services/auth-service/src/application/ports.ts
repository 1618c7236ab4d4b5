import type { Account, AccountRole } from '../domain/account.js';
import type { EmailAddress } from '../domain/email.js';
import type { RefreshToken } from '../domain/refresh-token.js';

/** An account with the hash of its password, where it has one. */
export interface KnownAccount {
  readonly account: Account;
  readonly passwordHash?: string | undefined;
}

/** Accounts and their password hashes. */
export abstract class AccountRepository {
  /** False, and nothing stored, when the address has an account already. */
  abstract insert(account: Account, email: EmailAddress, passwordHash: string | undefined): Promise<boolean>;
  abstract findByEmail(email: EmailAddress): Promise<KnownAccount | undefined>;
  abstract findById(userId: string): Promise<KnownAccount | undefined>;
  /** The account as it is now; until the transaction ends nobody changes password, role or block. */
  abstract hold(userId: string): Promise<KnownAccount | undefined>;
  /** The same, and until the transaction ends nobody signs in to it. */
  abstract holdAgainstSignIn(userId: string): Promise<KnownAccount | undefined>;
  /**
   * Sets the password; until the transaction ends nobody signs in. False, and nothing changed, when there is no such
   * account or its hash is not `expected`, where one is expected.
   */
  abstract setPassword(userId: string, passwordHash: string, at: Date, expected?: string): Promise<boolean>;
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
  /** Removes a session with its tokens, those included that a refresh under way is about to store. */
  abstract deleteSession(sessionId: string): Promise<void>;
  /** Removes what nobody can use any more, a bounded number at a time; gives how many. */
  abstract deleteExpired(before: Date): Promise<number>;
}

/** A session as its user is shown it. */
export interface SignedInDevice {
  readonly sessionId: string;
  readonly userAgent: string;
  readonly network: string;
  readonly createdAt: Date;
  readonly lastSeenAt: Date;
}

/** What every user's sessions are. */
export abstract class SessionRepository {
  /** Notes a session when it begins and when it refreshes; when it began and whether it is remembered never changes. */
  abstract keep(
    session: Omit<SignedInDevice, 'createdAt'> & { userId: string; remember: boolean; expiresAt: Date },
  ): Promise<void>;
  /** Whether the session has the longer lifetime. */
  abstract isRemembered(sessionId: string): Promise<boolean>;
  /** The user's live sessions, the one seen last first. */
  abstract list(userId: string, now: Date, limit: number): Promise<SignedInDevice[]>;
  /** Whether the session lives and is the user's; until the transaction ends nobody refreshes or ends it. */
  abstract lockOwn(sessionId: string, userId: string, now: Date): Promise<boolean>;
  /** The user's sessions; until the transaction ends nobody refreshes or ends one. */
  abstract lockAll(userId: string): Promise<string[]>;
  /**
   * Removes the user's sessions but `keep`, with their refresh tokens, after any refresh under way. Gives their ids.
   * To shut out new ones too, set the password in the same transaction before.
   */
  abstract deleteAll(userId: string, keep?: string): Promise<string[]>;
  /** Removes sessions whose time is over; gives how many. */
  abstract deleteExpired(before: Date): Promise<number>;
}

/** Wishes for a reset link, and the tokens of the links by the hash of their secret. */
export abstract class PasswordResetRepository {
  abstract addRequest(email: string, at: Date): Promise<void>;
  /** Takes the oldest request that nobody else is at work on; it is gone when the transaction commits. */
  abstract takeRequest(): Promise<{ readonly email: string; readonly requestedAt: Date } | undefined>;
  abstract addToken(userId: string, hash: Uint8Array, expiresAt: Date): Promise<void>;
  /** Whose token it is; undefined when it is unknown, used or its time is over. */
  abstract ownerOf(hash: Uint8Array, now: Date): Promise<string | undefined>;
  /** Uses the token up; false when that cannot be done any more. */
  abstract useToken(hash: Uint8Array, now: Date): Promise<boolean>;
  abstract deleteTokensOf(userId: string): Promise<void>;
  /** Removes tokens whose time is over; gives how many. */
  abstract deleteExpired(before: Date): Promise<number>;
}

/** Tells this process that a request for a reset link is waiting. */
export abstract class ResetLinkSignal {
  abstract wake(): void;
}

/** Bounds the mails that anybody can have sent to an address. */
export abstract class ResetThrottle {
  /**
   * Counts a request, whether or not the address has an account.
   * @throws DomainError RATE_LIMITED with `retryAfterSeconds` in the details
   */
  abstract count(account: string, address: string | undefined): Promise<void>;
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
  abstract end(userId: string, sessionId: string): Promise<void>;
}

/** The passwords that guessing begins with. */
export abstract class CommonPasswords {
  /** @param password in lower case */
  abstract has(password: string): boolean;
}

/** Slow, salted hashes of passwords. */
export abstract class PasswordHasher {
  abstract hash(password: string): Promise<string>;
  /** Takes as long without a hash to compare with as with one, so that time tells nothing about the account. */
  abstract matches(password: string, hash: string | undefined): Promise<boolean>;
  /** Whether a new hash of the same password would be stronger or weaker: the configured work has changed. */
  abstract isOutdated(hash: string): boolean;
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
