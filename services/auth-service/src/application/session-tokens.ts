import { Inject, Injectable } from '@nestjs/common';
import { Clock, CONFIG, newId } from '@vici/utils';
import type { AuthConfig } from '../auth.config.js';
import type { Account } from '../domain/account.js';
import { currentDevice } from './client-device.js';
import { AccessTokens, RefreshTokenRepository, SessionRepository, SessionStore } from './ports.js';
import { newSecret } from './secrets.js';

const DAY_MS = 86_400_000;

/** What somebody gets who has proved who they are. */
export interface SignedIn {
  readonly account: Account;
  readonly accessToken: string;
  readonly refreshToken: string;
  /** Seconds until the access token ends. */
  readonly expiresIn: number;
}

/** A refresh token that is stored, and the session it belongs to. */
export interface StoredToken {
  readonly secret: string;
  readonly sessionId: string;
  readonly lifetimeMs: number;
}

/** Makes the token pair of a session, in two halves: the rows first, then what every gateway sees. */
@Injectable()
export class SessionTokens {
  constructor(
    private readonly refreshTokens: RefreshTokenRepository,
    private readonly records: SessionRepository,
    private readonly sessions: SessionStore,
    private readonly accessTokens: AccessTokens,
    private readonly clock: Clock,
    @Inject(CONFIG) private readonly config: AuthConfig,
  ) {}

  /** A name for a new session. */
  newSessionId(): string {
    return newId();
  }

  /**
   * Stores the first refresh token of a session; run it in the transaction that decides on it.
   * @param remember whether the session is to have the longer lifetime, for as long as it lives
   */
  async begin(userId: string, sessionId: string, remember = false): Promise<StoredToken> {
    const { secret, hash } = newSecret();
    const now = this.clock.now();
    const lifetimeMs = this.lifetimeMs(remember);
    const expiresAt = new Date(now.getTime() + lifetimeMs);
    await this.refreshTokens.insert(hash, { userId, sessionId, expiresAt }, now);
    await this.records.keep({ sessionId, userId, ...currentDevice(), remember, lastSeenAt: now, expiresAt });
    return { secret, sessionId, lifetimeMs };
  }

  /** Stores the next refresh token of a session; run it in the transaction that has locked it. */
  async next(userId: string, sessionId: string): Promise<StoredToken> {
    return await this.begin(userId, sessionId, await this.records.isRemembered(sessionId));
  }

  /** Opens the session for every gateway to see, or keeps it open, and signs the access token. */
  async open(account: Account, token: StoredToken): Promise<SignedIn> {
    const { userId, role } = account;
    const { sessionId, lifetimeMs, secret } = token;
    await this.sessions.open({ sessionId, userId, role, ...currentDevice() }, lifetimeMs);
    const accessToken = await this.accessTokens.issue({ userId, role, sessionId });
    return { account, accessToken, refreshToken: secret, expiresIn: this.accessTokens.lifetimeSeconds };
  }

  /** Ends the session on every gateway. */
  async end(userId: string, sessionId: string): Promise<void> {
    await this.sessions.end(userId, sessionId);
  }

  private lifetimeMs(remember: boolean): number {
    const { REFRESH_TOKEN_TTL_DAYS, REMEMBERED_REFRESH_TOKEN_TTL_DAYS } = this.config;
    return (remember ? REMEMBERED_REFRESH_TOKEN_TTL_DAYS : REFRESH_TOKEN_TTL_DAYS) * DAY_MS;
  }
}
