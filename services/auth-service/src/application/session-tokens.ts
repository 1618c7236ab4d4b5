import { Inject, Injectable } from '@nestjs/common';
import { Clock, CONFIG, currentContext, newId } from '@vici/utils';
import type { AuthConfig } from '../auth.config.js';
import type { Account } from '../domain/account.js';
import { clientNetwork } from './client-network.js';
import { AccessTokens, RefreshTokenRepository, SessionStore } from './ports.js';
import { newSecret } from './secrets.js';

const DAY_MS = 86_400_000;
const MAX_USER_AGENT = 300;

/** What somebody gets who has proved who they are. */
export interface SignedIn {
  readonly account: Account;
  readonly accessToken: string;
  readonly refreshToken: string;
  /** Seconds until the access token ends. */
  readonly expiresIn: number;
}

/** Makes the token pair of a session, in two halves: the row inside the caller's transaction, the rest after it. */
@Injectable()
export class SessionTokens {
  private readonly lifetimeMs: number;

  constructor(
    private readonly refreshTokens: RefreshTokenRepository,
    private readonly sessions: SessionStore,
    private readonly accessTokens: AccessTokens,
    private readonly clock: Clock,
    @Inject(CONFIG) config: AuthConfig,
  ) {
    this.lifetimeMs = config.REFRESH_TOKEN_TTL_DAYS * DAY_MS;
  }

  /** A name for a new session. */
  newSessionId(): string {
    return newId();
  }

  /** Stores the next refresh token of a session; run it in the transaction that decides on it. Gives the secret. */
  async store(userId: string, sessionId: string): Promise<string> {
    const { secret, hash } = newSecret();
    const now = this.clock.now();
    const expiresAt = new Date(now.getTime() + this.lifetimeMs);
    await this.refreshTokens.insert(hash, { userId, sessionId, expiresAt }, now);
    return secret;
  }

  /** Opens the session for every gateway to see, or keeps it open, and signs the access token. */
  async open(account: Account, sessionId: string, refreshToken: string): Promise<SignedIn> {
    const { userId, role } = account;
    const client = currentContext()?.client;
    const userAgent = (client?.userAgent ?? '').slice(0, MAX_USER_AGENT);
    const network = clientNetwork(client?.ip);
    await this.sessions.open({ sessionId, userId, role, userAgent, network }, this.lifetimeMs);
    const accessToken = await this.accessTokens.issue({ userId, role, sessionId });
    return { account, accessToken, refreshToken, expiresIn: this.accessTokens.lifetimeSeconds };
  }

  /** Ends the session on every gateway. */
  async end(sessionId: string): Promise<void> {
    await this.sessions.end(sessionId);
  }
}
