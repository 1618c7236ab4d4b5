import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '@vici/database';
import { Clock, checkpoint, DomainError } from '@vici/utils';
import { type RefreshToken, verdictOn } from '../domain/refresh-token.js';
import { AccountRepository, RefreshTokenRepository } from './ports.js';
import { hashSecret } from './secrets.js';
import { SessionTokens, type SignedIn } from './session-tokens.js';
import { TheftAlarm } from './theft-alarm.js';

/** Exchanges a refresh token for a new pair; each is good for one exchange. */
@Injectable()
export class Refresh {
  constructor(
    private readonly refreshTokens: RefreshTokenRepository,
    private readonly accounts: AccountRepository,
    private readonly tokens: SessionTokens,
    private readonly alarm: TheftAlarm,
    private readonly unitOfWork: UnitOfWork,
    private readonly clock: Clock,
  ) {}

  /** @throws DomainError INVALID_TOKEN when it is unknown, expired or was used before: then its session ends */
  async execute(refreshToken: string): Promise<SignedIn> {
    const signedIn = await this.unitOfWork.transaction(() => this.rotate(hashSecret(refreshToken)));
    // Thrown only here: the end of the session must commit.
    if (signedIn === undefined)
      throw new DomainError('INVALID_TOKEN', 'The session has ended. Sign in again.');
    return signedIn;
  }

  private async rotate(hash: Uint8Array): Promise<SignedIn | undefined> {
    const token = await this.refreshTokens.lock(hash);
    if (token === undefined) return undefined;
    const now = this.clock.now();
    const verdict = verdictOn(token, now);
    if (verdict === 'rotate') {
      await this.refreshTokens.markUsed(hash, now);
      return await this.goOn(token);
    }
    if (verdict === 'stolen') await this.alarm.raise(token);
    await this.refreshTokens.deleteSession(token.sessionId);
    // Before the commit: when Redis cannot be asked, the token is judged again when it comes back.
    await this.tokens.end(token.userId, token.sessionId);
    return undefined;
  }

  /** Opens the session while it is locked: opened after that, it could come back to life behind a sign-out. */
  private async goOn({ userId, sessionId }: RefreshToken): Promise<SignedIn | undefined> {
    const [account] = await this.accounts.find([userId]);
    if (account === undefined || account.blocked) return undefined;
    const next = await this.tokens.next(userId, sessionId);
    await checkpoint('auth.refresh-rotated');
    return await this.tokens.open(account, next);
  }
}
