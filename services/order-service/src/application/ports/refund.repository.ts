import type { Refund } from '../../domain/refund.js';

/** Where refunds are kept. All times of due work are the database's. */
export abstract class RefundRepository {
  /** Stores a pending refund that is taken already: nobody else runs it for so long. */
  abstract add(refund: Refund, takenForMs: number): Promise<void>;

  /** Stores one that is through, such as that of a cancellation. */
  abstract addSettled(refund: Refund): Promise<void>;

  abstract findByRequestKey(orderId: string, key: string): Promise<Refund | undefined>;

  /** Newest first. */
  abstract listOf(orderId: string): Promise<readonly Refund[]>;

  /** Takes pending refunds that are due, the longest waiting first. */
  abstract takeDue(limit: number, takenForMs: number): Promise<readonly Refund[]>;

  /** Ends a pending refund; false when somebody has ended it already. */
  abstract settle(id: string, status: 'SUCCEEDED' | 'FAILED', at: Date, error?: string): Promise<boolean>;

  /** Tries again later. */
  abstract postpone(id: string, milliseconds: number, error: string): Promise<void>;

  /** Pending refunds that failed at least so many times in a row. */
  abstract countStuck(failures: number): Promise<number>;
}
