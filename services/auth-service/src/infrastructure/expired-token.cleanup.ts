import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { Clock, Logger } from '@vici/utils';
import {
  AccountRepository,
  PasswordResetRepository,
  RefreshTokenRepository,
  SessionRepository,
} from '../application/ports.js';

const PERIOD_MS = 10 * 60_000;

/** Removes tokens whose time is over, so that their tables stay as small as the number of live sessions. */
@Injectable()
export class ExpiredTokenCleanup implements OnApplicationBootstrap, OnModuleDestroy {
  #timer: NodeJS.Timeout | undefined;
  #stopped = false;

  constructor(
    private readonly refreshTokens: RefreshTokenRepository,
    private readonly accounts: AccountRepository,
    private readonly sessions: SessionRepository,
    private readonly resets: PasswordResetRepository,
    private readonly clock: Clock,
    private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.#timer = setInterval(() => void this.run(), PERIOD_MS);
    this.#timer.unref();
  }

  onModuleDestroy(): void {
    this.#stopped = true;
    clearInterval(this.#timer);
  }

  /** Removes all that has expired by now, batch by batch: a shop at work uses up more tokens than one batch a run. */
  async run(): Promise<void> {
    try {
      const now = this.clock.now();
      let deleted = 1;
      while (deleted > 0 && !this.#stopped) deleted = await this.refreshTokens.deleteExpired(now);
      await this.sessions.deleteExpired(now);
      await this.accounts.deleteExpiredVerifications(now);
      await this.resets.deleteExpired(now);
    } catch (error) {
      // The next run removes what this one could not.
      this.logger.warn('Expired tokens could not be removed', { error });
    }
  }
}
