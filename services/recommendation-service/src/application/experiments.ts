import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { Clock, Logger } from '@vici/utils';
import {
  type ArmName,
  type Experiment,
  type Rate,
  rateOf,
  recommendationIdOf,
} from '../domain/experiment.js';
import { OutcomeRepository } from './outcome.repository.js';
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

  /** Every arm that runs or has run. */
  async report(): Promise<ArmReport[]> {
    await this.flush();
    const { experiment } = this.running;
    const counted = await this.outcomes.counts();
    const runs = (experiment?.arms ?? []).map((arm) => ({
      experiment: experiment?.name ?? '',
      arm: arm.name,
    }));
    const silent = runs.filter((run) => !counted.some((known) => isSame(known, run)));
    const none = { served: 0, outcomes: { click: 0, cart: 0, purchase: 0 } };
    return [...counted, ...silent.map((run) => ({ ...run, ...none }))].map((counts) => {
      const { served, outcomes } = counts;
      const arm = experiment?.arms.find(({ name }) =>
        isSame({ experiment: experiment.name, arm: name }, counts),
      );
      return {
        experiment: counts.experiment,
        arm: counts.arm,
        algorithm: arm?.algorithm ?? '',
        share: arm === undefined ? 0 : (experiment?.shareOf(arm) ?? 0),
        served,
        clicked: { answers: outcomes.click, ...rateOf(outcomes.click, served) },
        addedToCart: { answers: outcomes.cart, ...rateOf(outcomes.cart, served) },
        purchased: { answers: outcomes.purchase, ...rateOf(outcomes.purchase, served) },
      };
    });
  }
}

function isSame(a: ArmName, b: ArmName): boolean {
  return a.experiment === b.experiment && a.arm === b.arm;
}
