import { Injectable } from '@nestjs/common';
import { Logger, Metrics } from '@vici/utils';
import type { RefreshToken } from '../domain/refresh-token.js';
import { AccountRepository } from './ports.js';
import { SecurityNotices } from './security-notices.js';

/** What happens when a refresh token is used twice: somebody holds it who should not. */
@Injectable()
export class TheftAlarm {
  private readonly raised: ReturnType<Metrics['counter']>;

  constructor(
    private readonly accounts: AccountRepository,
    private readonly notices: SecurityNotices,
    private readonly logger: Logger,
    metrics: Metrics,
  ) {
    this.raised = metrics.counter(
      'auth_sessions_stolen_total',
      'Sessions ended because a refresh token of theirs was used twice',
    );
  }

  /** Lets operator and owner know; run it in the transaction that ends the session. */
  async raise({ userId, sessionId }: RefreshToken): Promise<void> {
    const known = await this.accounts.findById(userId);
    if (known !== undefined) await this.notices.send(known.account, 'session_stolen');
    this.logger.warn('A refresh token was used twice; its session has been ended', { userId, sessionId });
    this.raised.inc();
  }
}
