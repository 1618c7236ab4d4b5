import type { Page, PageRequest } from '@vici/database';
import type { FoundDifference, PaymentDifference } from '../../domain/payment-difference.js';
import type { PaymentIntent } from '../../domain/payment-intent.js';

/** Which payments are compared: those opened in a span that nothing has moved for a while. */
export interface Span {
  readonly from: Date;
  readonly to: Date;
  /** What changed later than this is still on its way. */
  readonly settledBefore: Date;
}

/** A report of one reconciliation. */
export interface Reconciliation {
  readonly id: string;
  readonly from: Date;
  readonly to: Date;
  readonly dryRun: boolean;
  readonly startedAt: Date;
  readonly finishedAt: Date;
  /** How many payments were compared. */
  readonly checked: number;
  readonly differences: readonly PaymentDifference[];
}

/** What a reconciliation reads of the books here, and its reports. */
export abstract class ReconciliationRepository {
  /** The payments of these ids, without those still on their way. */
  abstract settledIntents(ids: readonly string[], settledBefore: Date): Promise<Map<string, PaymentIntent>>;
  /** Which of these ids are payments here. */
  abstract known(ids: readonly string[]): Promise<ReadonlySet<string>>;
  /** Captured payments of the span, page by page in the order of their ids. */
  abstract captured(provider: string, span: Span): AsyncIterable<PaymentIntent>;
  /** In what the payments of the span and the orders disagree. */
  abstract orderDifferences(span: Span): Promise<FoundDifference[]>;
  /** Payments of the span whose ledger says something else. */
  abstract ledgerDifferences(span: Span): Promise<FoundDifference[]>;
  /** How the order of a payment stands. */
  abstract orderStatus(intentId: string): Promise<string | undefined>;
  abstract store(report: Reconciliation): Promise<void>;
  /** The newest first. */
  abstract list(page: PageRequest): Promise<Page<Reconciliation>>;
  /** When the last one that could heal began. */
  abstract lastStartedAt(): Promise<Date | undefined>;
}
