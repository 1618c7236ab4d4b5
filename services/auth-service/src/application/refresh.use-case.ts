import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '@vici/database';
import { Clock, checkpoint, DomainError, Logger } from '@vici/utils';
import { type RefreshToken, verdictOn } from '../domain/refresh-token.js';
import { AccountRepository, RefreshTokenRepository } from './ports.js';
import { hashSecret } from './secrets.js';
import { SessionTokens, type SignedIn } from './session-tokens.js';

type Outcome = { readonly refused: RefreshToken | undefined } | { readonly signedIn: SignedIn };

/** Exchanges a refresh token for a new pair; each is good for one exchange. */
@Injectable()
export class Refresh {
  constructor(
    private readonly refreshTokens: RefreshTokenRepository,
    private readonly accounts: AccountRepository,
    private readonly tokens: SessionTokens,
    private readonly unitOfWork: UnitOfWork,
    private readonly clock: Clock,
    private readonly logger: Logger,
  ) {}

  /** @throws DomainError INVALID_TOKEN when it is unknown, expired or was used before: then its session ends */
  async execute(refreshToken: string): Promise<SignedIn> {
    const outcome = await this.unitOfWork.transaction(() => this.rotate(hashSecret(refreshToken)));
    if ('refused' in outcome) {
      if (outcome.refused !== undefined) await this.tokens.end(outcome.refused.sessionId);
      throw new DomainError('INVALID_TOKEN', 'The session has ended. Sign in again.');
    }
    return outcome.signedIn;
  }

  private async rotate(hash: Uint8Array): Promise<Outcome> {
    const token = await this.refreshTokens.lock(hash);
    if (token === undefined) return { refused: undefined };
    const now = this.clock.now();
    const verdict = verdictOn(token, now);
    if (verdict === 'rotate') {
      await this.refreshTokens.markUsed(hash, now);
      return await this.goOn(token);
    }
    if (verdict === 'stolen') this.warnOfReuse(token);
    await this.refreshTokens.deleteSession(token.sessionId);
    return { refused: token };
  }

  /** Opens the session while it is locked: opened after that, it could come back to life behind a sign-out. */
  private async goOn({ userId, sessionId }: RefreshToken): Promise<Outcome> {
    const [account] = await this.accounts.find([userId]);
    if (account === undefined) return { refused: undefined };
    const next = await this.tokens.next(userId, sessionId);
    await checkpoint('auth.refresh-rotated');
    return { signedIn: await this.tokens.open(account, next) };
  }

  private warnOfReuse({ userId, sessionId }: RefreshToken): void {
    this.logger.warn('A refresh token was used twice; its session has been ended', { userId, sessionId });
  }
}
