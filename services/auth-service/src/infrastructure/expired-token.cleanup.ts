import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { Clock, Logger } from '@vici/utils';

const PERIOD_MS = 10 * 60_000;

/** Removes some of what is over by `before`; gives how many, 0 when nothing is left. */
export type Expiry = (before: Date) => Promise<number>;

/** Injection token of everything that expires. */
export const EXPIRIES = Symbol('vici:expiries');

/** Removes what is over, so that the tables stay as small as what lives. */
@Injectable()
export class ExpiredTokenCleanup implements OnApplicationBootstrap, OnModuleDestroy {
  #timer: NodeJS.Timeout | undefined;
  #stopped = false;

  constructor(
    @Inject(EXPIRIES) private readonly expiries: readonly Expiry[],
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

  /** Removes all that is over by now, batch by batch: a shop at work uses up more tokens than one batch a run. */
  async run(): Promise<void> {
    try {
      const now = this.clock.now();
      for (const expire of this.expiries) {
        while (!this.#stopped && (await expire(now)) > 0);
      }
    } catch (error) {
      // The next run removes what this one could not.
      this.logger.warn('Expired tokens could not be removed', { error });
    }
  }
}
