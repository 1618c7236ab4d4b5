import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { Clock, Logger } from '@vici/utils';
import { RefreshTokenRepository } from '../application/ports.js';

const PERIOD_MS = 10 * 60_000;

/** Removes refresh tokens whose time is over, so that the table stays as small as the number of live sessions. */
@Injectable()
export class ExpiredTokenCleanup implements OnApplicationBootstrap, OnModuleDestroy {
  #timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly refreshTokens: RefreshTokenRepository,
    private readonly clock: Clock,
    private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.#timer = setInterval(() => void this.run(), PERIOD_MS);
    this.#timer.unref();
  }

  onModuleDestroy(): void {
    clearInterval(this.#timer);
  }

  private async run(): Promise<void> {
    try {
      await this.refreshTokens.deleteExpired(this.clock.now());
    } catch (error) {
      // The next run removes what this one could not.
      this.logger.warn('Expired refresh tokens could not be removed', { error });
    }
  }
}
