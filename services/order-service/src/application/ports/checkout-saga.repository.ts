import type { Id } from '@vici/utils/domain';
import type { CancelRequest, CheckoutContext, SagaRecord } from '../../domain/saga-record.js';

/** Whose turn it is: `owner` is new for every run, so a run that lost its lease cannot write any more. */
export interface Lease {
  readonly owner: string;
  readonly milliseconds: number;
}

/** A saga and who has its lease. */
export interface HeldSaga {
  readonly id: string;
  readonly owner: string;
}

/** A checkout about to begin. */
export interface NewSaga {
  readonly id: Id<'CheckoutSaga'>;
  readonly orderId: Id<'Order'>;
  readonly paymentIntentId: string;
  readonly userId: string;
  readonly context: CheckoutContext;
  /** Idempotency key of the call that places the order; unique per user. */
  readonly placeKey?: string;
  readonly deadlineMs: number;
}

/** When a saga is looked at again. `deadline` and `never` yield to a wish or a payment that came in meanwhile. */
export type NextRun =
  | { readonly kind: 'hold' }
  | { readonly kind: 'after'; readonly milliseconds: number }
  | { readonly kind: 'deadline' }
  | { readonly kind: 'never' };

/**
 * What a payment that was told of found; `held`: somebody runs the saga now, and sees the payment before it rests;
 * `known`: it ended, or has the money already.
 */
export type PaidSaga = 'known' | 'held' | 'woken';

/** Where checkouts are kept. All times are the database's. */
export abstract class CheckoutSagaRepository {
  /** Stores a saga with its lease taken. Undefined: the intent, or the user's key, has one already. */
  abstract start(saga: NewSaga, lease: Lease): Promise<SagaRecord | undefined>;

  /** Begins another try of a saga that awaits one. Undefined: it does not any more, or its time is over. */
  abstract restart(
    saga: SagaRecord,
    context: CheckoutContext,
    deadlineMs: number,
    lease: Lease,
  ): Promise<SagaRecord | undefined>;

  abstract find(id: string): Promise<SagaRecord | undefined>;
  abstract findByIntent(paymentIntentId: string): Promise<SagaRecord | undefined>;
  abstract findByPlaceKey(userId: string, key: string): Promise<SagaRecord | undefined>;

  /** Takes the lease of a saga that is due and free. */
  abstract acquire(id: string, lease: Lease): Promise<SagaRecord | undefined>;

  /** Takes the lease of sagas that are due and free, the longest waiting first. */
  abstract acquireDue(limit: number, lease: Lease): Promise<readonly SagaRecord[]>;

  /**
   * Stores state, done steps, outcome, refund and failures, renews the lease (`hold`) or gives it up, and gives back
   * the record with what others noted meanwhile. Undefined: the lease is lost and nothing was written.
   */
  abstract save(saga: SagaRecord, lease: Lease, next: NextRun): Promise<SagaRecord | undefined>;

  /**
   * `save` that keeps the lease, with the commit of the transaction, which is refused when the lease is lost, somebody
   * wants the checkout cancelled, or its time is over.
   */
  abstract saveUnnoted(saga: SagaRecord, lease: Lease): Promise<void>;

  /** Stores that all steps of these are done and gives their leases up; one whose lease is lost is left alone. */
  abstract complete(sagas: readonly HeldSaga[]): Promise<void>;

  abstract renew(id: string, lease: Lease): Promise<void>;

  /** Notes the wish to cancel and makes the saga due; gives its id. A second wish changes nothing. */
  abstract requestCancel(orderId: string, request: CancelRequest): Promise<string | undefined>;

  /** Whether somebody wants the order cancelled, or it is being undone. */
  abstract isCancelling(orderId: string): Promise<boolean>;

  /** Notes that the money has come and makes sagas that need to know due. A payment without a saga is left out. */
  abstract markPaid(paymentIntentIds: readonly string[]): Promise<ReadonlyMap<string, PaidSaga>>;

  /** Sagas that failed at least so many times in a row. */
  abstract countStuck(failures: number): Promise<number>;
}
