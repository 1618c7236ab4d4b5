import type { LedgerEntry } from '../domain/ledger.js';
import type { PaymentIntent } from '../domain/payment-intent.js';
import type { ProviderEvent } from '../domain/provider-intent.js';
import type { Refund, RefundStatus } from '../domain/refund.js';

/** Payment intents. */
export abstract class IntentRepository {
  abstract find(id: string): Promise<PaymentIntent | undefined>;
  /** Locked until the transaction ends. */
  abstract lock(id: string): Promise<PaymentIntent | undefined>;
  /** Adds the intent, or gives back the one its user opened with the same key before. */
  abstract open(intent: PaymentIntent, idempotencyKey: string): Promise<PaymentIntent>;
  /**
   * Writes everything of a locked intent that can change.
   * @throws DomainError CONFLICT when its order is paid with another intent
   */
  abstract save(intent: PaymentIntent): Promise<void>;
  /** Intents in PROCESSING that were not touched for so long, the oldest first. */
  abstract findStuck(olderThanMs: number, limit: number): Promise<PaymentIntent[]>;
  /** Marks the intent as looked at just now. */
  abstract touch(id: string): Promise<void>;
}

/** Refunds. Changing one needs the lock of its intent. */
export abstract class RefundRepository {
  abstract find(id: string): Promise<Refund | undefined>;
  abstract findByReference(intentId: string, reference: string): Promise<Refund | undefined>;
  abstract insert(refund: Refund): Promise<void>;
  abstract setStatus(id: string, status: RefundStatus): Promise<void>;
  /** Minor units of the intent's refunds that are made or under way. */
  abstract promised(intentId: string): Promise<bigint>;
  /** PENDING refunds that were not touched for so long, the oldest first. */
  abstract findStuck(olderThanMs: number, limit: number): Promise<Refund[]>;
  abstract touch(id: string): Promise<void>;
}

/** The double-entry ledger. */
export abstract class Ledger {
  /** Writes a transaction: once, or the database refuses it; balanced, or the commit fails. */
  abstract record(entries: readonly LedgerEntry[]): Promise<void>;
}

/** What the provider told of. */
export abstract class ProviderEventRepository {
  /** Keeps the event; one that is known already is left as it is. */
  abstract store(provider: string, event: ProviderEvent): Promise<void>;
  /** Locks the event until the transaction ends; undefined when it is applied already. */
  abstract lockUnapplied(provider: string, eventId: string): Promise<ProviderEvent | undefined>;
  abstract markApplied(provider: string, eventId: string): Promise<void>;
  /** Ids of events that wait for so long to be applied, the oldest first. */
  abstract findUnapplied(provider: string, olderThanMs: number, limit: number): Promise<string[]>;
}
