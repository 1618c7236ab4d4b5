/** What an account's second factor is. */
export interface TwoFactor {
  readonly secret: string;
  /** When it was turned on; absent while it waits for its first code. */
  readonly confirmedAt?: Date;
}

/** The second factors of accounts, and their recovery codes by hash. */
export abstract class TwoFactorRepository {
  abstract find(userId: string): Promise<TwoFactor | undefined>;
  /** Keeps a secret that waits for its first code, in place of one that did; false when one is on. */
  abstract enrol(userId: string, secret: string): Promise<boolean>;
  /** Turns it on, for every sign-in from now on. */
  abstract confirm(userId: string, at: Date): Promise<void>;
  /** Notes that the code of a time step was taken; false when it, or a later one, was before. */
  abstract takeStep(userId: string, step: number): Promise<boolean>;
  /** Turns it off and forgets secret and recovery codes. */
  abstract remove(userId: string): Promise<void>;
  abstract replaceRecoveryCodes(userId: string, hashes: readonly Uint8Array[]): Promise<void>;
  /** Uses a recovery code up; false when it is none of the account's. */
  abstract useRecoveryCode(userId: string, hash: Uint8Array): Promise<boolean>;
  abstract countRecoveryCodes(userId: string): Promise<number>;
}

/** A login that waits for its second factor. */
export interface LoginChallenge {
  readonly userId: string;
  /** The stored password its first factor was checked against. */
  readonly passwordHash?: string | undefined;
  readonly remember: boolean;
  readonly shopperSessionId?: string | undefined;
}

/** Logins that wait for their second factor, by the hash of their secret. */
export abstract class LoginChallengeRepository {
  abstract add(hash: Uint8Array, challenge: LoginChallenge, expiresAt: Date): Promise<void>;
  /** The challenge; undefined when it is unknown, used or its time is over. */
  abstract find(hash: Uint8Array, now: Date): Promise<LoginChallenge | undefined>;
  /** Uses it up; false when somebody else has. */
  abstract use(hash: Uint8Array): Promise<boolean>;
  /** Removes challenges whose time is over; gives how many. */
  abstract deleteExpired(before: Date): Promise<number>;
}

/** One-time codes that an authenticator app computes from a shared secret and the time (RFC 6238). */
export abstract class OneTimeCodes {
  abstract newSecret(): string;
  /** What the app reads the secret from: an otpauth: URI, and that as a picture in a data: URI. */
  abstract enrolment(secret: string, account: string): Promise<{ uri: string; picture: string }>;
  /** The time step a code belongs to, at most one away from now; undefined when the code is wrong. */
  abstract stepOf(secret: string, code: string, now: Date): number | undefined;
}
