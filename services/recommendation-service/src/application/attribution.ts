import { Injectable } from '@nestjs/common';
import { armNamedIn } from '../domain/experiment.js';
import type { Interaction } from '../domain/interaction.js';
import { RunningExperiment } from './experiments.js';
import { type LaterStep, type Outcome, OutcomeRepository } from './outcome.repository.js';

/** A cart or a purchase is an answer's when the shopper came to the product through it so long before at most. */
export const ATTRIBUTION_WINDOW_MS = 7 * 86_400_000;

/** An interaction and the answer it names. */
export interface Attributable extends Interaction {
  readonly recommendationId?: string;
}

/** Credits answers with the clicks, carts and purchases they led to; in the open transaction of the events. */
@Injectable()
export class Attribution {
  constructor(
    private readonly outcomes: OutcomeRepository,
    private readonly running: RunningExperiment,
  ) {}

  async record(interactions: readonly Attributable[]): Promise<void> {
    if (this.running.experiment === undefined) return;
    const clicks = interactions.flatMap((one) => this.#click(one));
    if (clicks.length > 0) await this.outcomes.saveClicks(clicks);
    const steps = interactions.flatMap(laterStep);
    const latest = Math.max(0, ...steps.map(({ at }) => at.getTime()));
    const behind =
      steps.length === 0
        ? []
        : await this.outcomes.answersBehind(steps, new Date(latest - ATTRIBUTION_WINDOW_MS));
    const later = steps.flatMap(({ kind, at }, place) => outcomeOf(behind[place], kind, at));
    const direct = clicks.flatMap(({ recommendationId, at }) => outcomeOf(recommendationId, 'click', at));
    if (later.length + direct.length > 0) await this.outcomes.saveOutcomes([...direct, ...later]);
  }

  /** An id counts when its arm is the shopper's own: whoever makes ids up changes nothing for the others. */
  #click(one: Attributable) {
    const { recommendationId, productId, at } = one;
    const named = recommendationId === undefined ? undefined : armNamedIn(recommendationId);
    const { experiment } = this.running;
    if (recommendationId === undefined || named === undefined || named.experiment !== experiment?.name)
      return [];
    const shoppers = shoppersOf(one);
    if (!shoppers.some((unit) => experiment.armOf(unit)?.name === named.arm)) return [];
    return [{ shoppers, productId, recommendationId, at: new Date(at) }];
  }
}

function shoppersOf({ userId, sessionId }: Interaction): string[] {
  return userId === undefined ? [sessionId] : [userId, sessionId];
}

function laterStep(one: Attributable): LaterStep[] {
  const { kind, productId, at } = one;
  return kind === 'view' ? [] : [{ kind, productId, shoppers: shoppersOf(one), at: new Date(at) }];
}

function outcomeOf(recommendationId: string | undefined, kind: Outcome['kind'], at: Date): Outcome[] {
  const named = recommendationId === undefined ? undefined : armNamedIn(recommendationId);
  return recommendationId === undefined || named === undefined
    ? []
    : [{ ...named, recommendationId, kind, at }];
}
