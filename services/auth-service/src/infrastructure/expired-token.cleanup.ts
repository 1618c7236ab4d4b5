import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { BackgroundLoop, Clock, Logger } from '@vici/utils';

const PERIOD_MS = 10 * 60_000;

/** Removes some of what is over by `before`; gives how many, 0 when nothing is left. */
export type Expiry = (before: Date) => Promise<number>;

/** Injection token of everything that expires. */
export const EXPIRIES = Symbol('vici:expiries');

/** Removes what is over, so that the tables stay as small as what lives. */
@Injectable()
export class ExpiredTokenCleanup implements OnApplicationBootstrap, OnModuleDestroy {
  readonly #loop: BackgroundLoop;

  constructor(
    @Inject(EXPIRIES) private readonly expiries: readonly Expiry[],
    private readonly clock: Clock,
    logger: Logger,
  ) {
    this.#loop = new BackgroundLoop(
      {
        name: 'the removal of expired tokens',
        service: 'auth-service',
        everyMs: PERIOD_MS,
        firstAfterMs: PERIOD_MS,
        run: (stopping) => this.run(stopping),
      },
      logger,
    );
  }

  onApplicationBootstrap(): void {
    this.#loop.start();
  }

  async onModuleDestroy(): Promise<void> {
    await this.#loop.stop();
  }

  /** Removes all that is over by now, batch by batch: a shop at work uses up more tokens than one batch a run. */
  async run(stopping?: AbortSignal): Promise<void> {
    const now = this.clock.now();
    for (const expire of this.expiries) {
      while (stopping?.aborted !== true && (await expire(now)) > 0);
    }
  }
}
