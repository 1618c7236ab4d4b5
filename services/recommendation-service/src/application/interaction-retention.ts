import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { UnitOfWork } from '@vici/database';
import { BackgroundLoop, Clock, Logger } from '@vici/utils';
import { ATTRIBUTION_WINDOW_MS } from './attribution.js';
import { InteractionRepository } from './interaction.repository.js';
import { OutcomeRepository } from './outcome.repository.js';

const DAY_MS = 86_400_000;
const EVERY_MS = 6 * 3_600_000;
const PORTION = 5_000;

/** How long interactions are kept. */
export abstract class RetentionPolicy {
  abstract readonly days: number;
}

/** Keeps the interactions bounded: what is past its time lives on as all-time interest only. */
@Injectable()
export class InteractionRetention implements OnApplicationBootstrap, OnModuleDestroy {
  readonly #loop: BackgroundLoop;

  constructor(
    private readonly interactions: InteractionRepository,
    private readonly outcomes: OutcomeRepository,
    private readonly unitOfWork: UnitOfWork,
    private readonly policy: RetentionPolicy,
    private readonly clock: Clock,
    private readonly logger: Logger,
  ) {
    this.#loop = new BackgroundLoop(
      {
        name: 'the archiving of old interactions',
        service: 'recommendation-service',
        everyMs: EVERY_MS,
        firstAfterMs: EVERY_MS,
        run: (stopping) => this.#run(stopping),
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

  /** Archives all that is due, portion by portion; gives how many interactions. */
  async archive(stopping?: AbortSignal): Promise<number> {
    const before = new Date(this.clock.now().getTime() - this.policy.days * DAY_MS);
    let total = 0;
    for (let done = PORTION; done === PORTION && stopping?.aborted !== true; total += done) {
      done = await this.unitOfWork.transaction(() => this.interactions.archiveBefore(before, PORTION));
    }
    return total;
  }

  async #run(stopping: AbortSignal): Promise<void> {
    const archived = await this.archive(stopping);
    const attributable = this.clock.now().getTime() - ATTRIBUTION_WINDOW_MS;
    await this.outcomes.forgetClicksBefore(new Date(attributable));
    if (archived > 0) this.logger.info('Old interactions archived', { archived });
  }
}
