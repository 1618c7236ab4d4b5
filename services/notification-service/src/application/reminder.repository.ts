import type { Announcement } from './announcement.js';

/** What is told later. */
export abstract class ReminderRepository {
  /** Keeps what is to be told of an order at `dueAt`; the same event is kept once. */
  abstract add(orderId: string, announcement: Announcement, dueAt: Date): Promise<void>;
  /** Forgets what was to be told of an order. */
  abstract dropOrder(orderId: string): Promise<void>;
  /** Takes up to `limit` that are due at `now` out; inside a transaction that tells them. */
  abstract takeDue(now: Date, limit: number): Promise<Announcement[]>;
}

/** How long after its delivery an order is asked about. */
export abstract class ReviewDelay {
  abstract readonly ms: number;
}
