import type { Page, PageRequest } from '@vici/database';
import type { Dispute, DisputeStatus } from '../domain/dispute.js';
import type { LedgerEntry } from '../domain/ledger.js';
import type { PaymentIntent, PaymentStatus } from '../domain/payment-intent.js';
import type { ProviderEvent } from '../domain/provider-intent.js';
import type { Refund, RefundStatus } from '../domain/refund.js';

type Recorded<T> = T & { readonly createdAt: Date };
export type RecordedRefund = Recorded<Refund>;
export type RecordedEntry = Recorded<LedgerEntry>;
export type RecordedDispute = Recorded<Dispute>;

/** Which payments to list. */
export interface PaymentFilter {
  readonly status?: PaymentStatus;
  readonly userId?: string;
  readonly orderId?: string;
  /** Only payments with a dispute that is not decided. */
  readonly disputed?: boolean;
  readonly oldestFirst?: boolean;
}

/** Payment intents. */
export abstract class IntentRepository {
  abstract find(id: string): Promise<PaymentIntent | undefined>;
  /** Locked until the transaction ends. */
  abstract lock(id: string): Promise<PaymentIntent | undefined>;
  /** `lock` by the provider's id. */
  abstract lockAtProvider(provider: string, providerIntentId: string): Promise<PaymentIntent | undefined>;
  /** Adds the intent, or gives back the one its user opened with the same key before. Needs no transaction. */
  abstract open(intent: PaymentIntent, idempotencyKey: string): Promise<PaymentIntent>;
  /**
   * Writes everything of a locked intent that can change.
   * @throws DomainError CONFLICT when its order is paid with another intent
   */
  abstract save(intent: PaymentIntent): Promise<void>;
  /** `save` for one that is not locked, with the commit: it is refused unless the intent is still of its version. */
  abstract saveUnchanged(intent: PaymentIntent): Promise<void>;
  /**
   * Changes an intent without a lock: decided on what is known, written unless another was faster, else decided again.
   * `change` returns the intent it was given where there is nothing to write.
   * @throws DomainError NOT_FOUND, CONFLICT as `save`, and what `change` throws
   */
  abstract update(id: string, change: (intent: PaymentIntent) => PaymentIntent): Promise<PaymentIntent>;
  /** The newest first unless told otherwise, with how many there are. */
  abstract list(filter: PaymentFilter, page: PageRequest): Promise<Page<PaymentIntent>>;

  /** Notes what the provider opened it as, unless that is known already. Needs no transaction. */
  abstract markOpened(
    id: string,
    opened: { readonly providerIntentId: string; readonly clientSecret: string },
  ): Promise<PaymentIntent>;
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
  abstract setStatus(id: string, status: RefundStatus, providerRefundId?: string): Promise<void>;
  abstract ofIntent(intentId: string): Promise<RecordedRefund[]>;
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
  abstract ofIntent(intentId: string): Promise<RecordedEntry[]>;
}

/** What the provider told of. */
export abstract class ProviderEventRepository {
  /**
   * Keeps an event that tells of nothing but this payment as applied, if that has succeeded: then it is no news. False:
   * it has not, or the event was applied before. Needs no transaction.
   */
  abstract storeOldNews(provider: string, event: ProviderEvent, intentId: string): Promise<boolean>;
  /** Keeps the event as applied, with the current transaction. False: it was applied before. */
  abstract storeApplied(provider: string, event: ProviderEvent): Promise<boolean>;
  /** Keeps the event, to be applied later; one that is known already is left as it is. */
  abstract store(provider: string, event: ProviderEvent): Promise<void>;
  /** Locks the event until the transaction ends; undefined when it is applied already. */
  abstract lockUnapplied(provider: string, eventId: string): Promise<ProviderEvent | undefined>;
  abstract markApplied(provider: string, eventId: string): Promise<void>;
  /** Ids of events that wait for so long to be applied, the oldest first. */
  abstract findUnapplied(provider: string, olderThanMs: number, limit: number): Promise<string[]>;
}

/** Complaints of cardholders. Changing one needs the lock of its intent. */
export abstract class DisputeRepository {
  abstract find(provider: string, id: string): Promise<Dispute | undefined>;
  abstract insert(provider: string, dispute: Dispute): Promise<void>;
  abstract setStatus(provider: string, id: string, status: DisputeStatus): Promise<void>;
  abstract ofIntent(intentId: string): Promise<RecordedDispute[]>;
}

/** Who our users are at the provider. */
export abstract class CustomerRepository {
  abstract find(provider: string, userId: string): Promise<string | undefined>;
  /** Keeps the customer, or gives back the one that was kept before. */
  abstract store(provider: string, userId: string, customerId: string): Promise<string>;
}
