import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { UnitOfWork } from '@vici/database';
import { Clock, Logger } from '@vici/utils';
import { ATTRIBUTION_WINDOW_MS } from './attribution.js';
import { InteractionRepository } from './interaction.repository.js';

const DAY_MS = 86_400_000;
const EVERY_MS = 6 * 3_600_000;
const PORTION = 5_000;

import { OutcomeRepository } from './outcome.repository.js';

/** How long interactions are kept. */
export abstract class RetentionPolicy {
  abstract readonly days: number;
}

/** Keeps the interactions bounded: what is past its time lives on as all-time interest only. */
@Injectable()
export class InteractionRetention implements OnApplicationBootstrap, OnModuleDestroy {
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> | undefined;
  #stopped = false;

  constructor(
    private readonly interactions: InteractionRepository,
    private readonly outcomes: OutcomeRepository,
    private readonly unitOfWork: UnitOfWork,
    private readonly policy: RetentionPolicy,
    private readonly clock: Clock,
    private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.#timer = setInterval(() => {
      this.#running = this.#run();
    }, EVERY_MS);
  }

  async onModuleDestroy(): Promise<void> {
    this.#stopped = true;
    clearInterval(this.#timer);
    await this.#running;
  }

  /** Archives all that is due, portion by portion; gives how many interactions. */
  async archive(): Promise<number> {
    const before = new Date(this.clock.now().getTime() - this.policy.days * DAY_MS);
    let total = 0;
    for (let done = PORTION; done === PORTION && !this.#stopped; total += done) {
      done = await this.unitOfWork.transaction(() => this.interactions.archiveBefore(before, PORTION));
    }
    return total;
  }

  async #run(): Promise<void> {
    try {
      const archived = await this.archive();
      const attributable = this.clock.now().getTime() - ATTRIBUTION_WINDOW_MS;
      await this.outcomes.forgetClicksBefore(new Date(attributable));
      if (archived > 0) this.logger.info('Old interactions archived', { archived });
    } catch (error) {
      this.logger.warn('Old interactions not archived; it is tried again later', { error });
    }
  }
}
