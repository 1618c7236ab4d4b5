import type { Channel, ClaimedDelivery, NewDelivery } from '../domain/delivery.js';

/**
 * How long a delivery stays in the hands of its sender: longer than the longest sending (20 seconds) and the recording
 * after it. A claim that lapses belongs to a dead process.
 */
export const CLAIM_MS = 40_000;

/** A delivery that its receiver has accepted. */
export interface Acceptance {
  readonly delivery: ClaimedDelivery;
  /** What the receiver knows it by. */
  readonly receipt: string;
}

/** Mails to be sent and what became of them. */
export abstract class DeliveryRepository {
  /** Adds each delivery once; senders are woken when the transaction commits. */
  abstract add(deliveries: readonly NewDelivery[]): Promise<void>;
  /**
   * Adds each delivery once, in the hands of the caller as its first attempt for `leaseMs` milliseconds; `begin` gets it
   * when the transaction has committed. Was it added before, `begin` gets a claim that nobody holds.
   */
  abstract addClaimed(
    deliveries: readonly NewDelivery[],
    leaseMs: number,
    begin: (claim: ClaimedDelivery) => Promise<void>,
  ): Promise<void>;
  /**
   * Puts up to `limit` due deliveries into the hands of the caller alone, for `leaseMs` milliseconds; also those whose
   * sender did not come back in time.
   */
  abstract claim(limit: number, leaseMs: number): Promise<ClaimedDelivery[]>;
  /** Notes of each that it was accepted, and forgets its text. The ids of those of which that was not noted before. */
  abstract markSent(accepted: readonly Acceptance[]): Promise<ReadonlySet<string>>;
  /** Gives it back for another attempt in `delayMs`, unless somebody else has claimed it since. */
  abstract postpone(claim: ClaimedDelivery, reason: string, delayMs: number): Promise<void>;
  /** Gives it up. False when somebody else has claimed it since. */
  abstract markFailed(claim: ClaimedDelivery, reason: string): Promise<boolean>;
  /** Gives it back until later; waiting is no attempt. */
  abstract defer(claim: ClaimedDelivery, reason: string, delayMs: number): Promise<void>;
  /** Ends it unsent, and forgets its text. */
  abstract suppress(claim: ClaimedDelivery, reason: string): Promise<void>;
  /** When marketing was sent to a shopper by a channel since `since`, oldest first. */
  abstract marketingSince(userId: string, channel: Channel, since: Date): Promise<Date[]>;
  /** How many wait or are being sent. */
  abstract countOpen(): Promise<number>;
}
