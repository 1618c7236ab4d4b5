import type { Page, PageRequest } from '@vici/database';
import type { ArmName } from '../domain/experiment.js';

export type OutcomeKind = 'click' | 'cart' | 'purchase';

/** A product reached through an answer. */
export interface AttributedClick {
  /** The user and the session. */
  readonly shoppers: readonly string[];
  readonly productId: string;
  readonly recommendationId: string;
  readonly at: Date;
}

/** Something a shopper put into the cart or bought, which an earlier click may explain. */
export interface LaterStep {
  readonly kind: 'cart' | 'purchase';
  readonly shoppers: readonly string[];
  readonly productId: string;
  readonly at: Date;
}

/** An answer and what it led to. */
export interface Outcome extends ArmName {
  readonly recommendationId: string;
  readonly kind: OutcomeKind;
  readonly at: Date;
}

/** What an arm has come to. */
export interface ArmCounts extends ArmName {
  readonly served: number;
  readonly outcomes: Readonly<Record<OutcomeKind, number>>;
}

/** Which arms, and in which order. */
export interface ArmFilter {
  /** Part of the name of the experiment or the arm. */
  readonly search?: string | undefined;
  /** Those that run, or those that are over. */
  readonly running?: boolean | undefined;
  /** By name otherwise. */
  readonly mostServedFirst: boolean;
}

/** What answers were shown and what they led to. */
export abstract class OutcomeRepository {
  abstract addServings(counts: readonly (ArmName & { readonly answers: number })[], day: Date): Promise<void>;
  /** Of several clicks to one product the last one stands. */
  abstract saveClicks(clicks: readonly AttributedClick[]): Promise<void>;
  /** The answer through which each step's shopper came to its product since the moment, in the order of the steps. */
  abstract answersBehind(steps: readonly LaterStep[], since: Date): Promise<(string | undefined)[]>;
  /** An answer counts once for each kind. */
  abstract saveOutcomes(outcomes: readonly Outcome[]): Promise<void>;
  /** Of every arm that runs or has run; all that match where no page is asked for. */
  abstract counts(
    running: readonly ArmName[],
    filter: ArmFilter,
    page: PageRequest | undefined,
  ): Promise<Page<ArmCounts>>;
  abstract forgetClicksBefore(moment: Date): Promise<void>;
}
