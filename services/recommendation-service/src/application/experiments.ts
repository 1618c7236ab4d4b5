import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import type { Page, PageRequest } from '@vici/database';
import { Clock, Logger } from '@vici/utils';
import {
  type ArmName,
  type Experiment,
  type Rate,
  rateOf,
  recommendationIdOf,
} from '../domain/experiment.js';
import { type ArmCounts, type ArmFilter, OutcomeRepository } from './outcome.repository.js';
import type { ListSubject } from './strategy-lists.js';

const FLUSH_MS = 5_000;

/** The experiment that runs, if one does. */
export abstract class RunningExperiment {
  abstract readonly experiment: Experiment | undefined;
}

/** One outcome of an arm. */
export interface OutcomeRate extends Rate {
  readonly answers: number;
}

/** What is known of an arm. */
export interface ArmReport extends ArmName {
  readonly algorithm: string;
  readonly share: number;
  readonly served: number;
  readonly clicked: OutcomeRate;
  readonly addedToCart: OutcomeRate;
  readonly purchased: OutcomeRate;
}

/** Divides shoppers among the arms, counts the answers shown, and tells what came of them. */
@Injectable()
export class Experiments implements OnApplicationBootstrap, OnModuleDestroy {
  /** Answers since the last flush, by arm. */
  readonly #served = new Map<string, number>();
  #timer: NodeJS.Timeout | undefined;
  #flushing: Promise<void> = Promise.resolve();

  constructor(
    private readonly running: RunningExperiment,
    private readonly outcomes: OutcomeRepository,
    private readonly clock: Clock,
    private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.#timer = setInterval(() => {
      this.#flushing = this.flush();
    }, FLUSH_MS);
  }

  async onModuleDestroy(): Promise<void> {
    clearInterval(this.#timer);
    await this.#flushing;
    await this.flush();
  }

  /** The id of an answer; one of a placement that is under test counts as shown and names its arm. */
  idOfAnswer(id: string, { placement, userId, sessionId }: ListSubject): string {
    const { experiment } = this.running;
    const unit =
      placement === 'session' ? sessionId : placement === 'user' ? (userId ?? sessionId) : undefined;
    const arm = unit === undefined ? undefined : experiment?.armOf(unit)?.name;
    if (experiment === undefined || arm === undefined) return id;
    this.#served.set(arm, (this.#served.get(arm) ?? 0) + 1);
    return recommendationIdOf(id, { experiment: experiment.name, arm });
  }

  /** Writes what was counted; what cannot be written is kept for the next time. */
  async flush(): Promise<void> {
    const { experiment } = this.running;
    if (experiment === undefined || this.#served.size === 0) return;
    const counts = [...this.#served].map(([arm, answers]) => ({ experiment: experiment.name, arm, answers }));
    this.#served.clear();
    try {
      await this.outcomes.addServings(counts, this.clock.now());
    } catch (error) {
      for (const { arm, answers } of counts) this.#served.set(arm, (this.#served.get(arm) ?? 0) + answers);
      this.logger.warn('Answers of the experiment not counted yet', { error });
    }
  }

  /** Of the arms that run or have run; of all that match where no page is asked for. */
  async report(filter: ArmFilter, page: PageRequest | undefined): Promise<Page<ArmReport>> {
    await this.flush();
    const { experiment } = this.running;
    const runs = (experiment?.arms ?? []).map((arm) => ({
      experiment: experiment?.name ?? '',
      arm: arm.name,
    }));
    const found = await this.outcomes.counts(runs, filter, page);
    return { ...found, items: found.items.map((counts) => reportOf(counts, experiment)) };
  }
}

function reportOf(
  { experiment, arm: name, served, outcomes }: ArmCounts,
  running: Experiment | undefined,
): ArmReport {
  const arm = running?.name === experiment ? running.arms.find((known) => known.name === name) : undefined;
  return {
    experiment,
    arm: name,
    algorithm: arm?.algorithm ?? '',
    share: arm === undefined ? 0 : (running?.shareOf(arm) ?? 0),
    served,
    clicked: { answers: outcomes.click, ...rateOf(outcomes.click, served) },
    addedToCart: { answers: outcomes.cart, ...rateOf(outcomes.cart, served) },
    purchased: { answers: outcomes.purchase, ...rateOf(outcomes.purchase, served) },
  };
}
