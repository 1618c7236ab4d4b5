import { deterministicId } from '@vici/utils/domain';

/** PENDING: to be sent. SENDING: in the hands of a sender. SENT, FAILED and SUPPRESSED (not to be sent after all): over. */
export const DELIVERY_STATUSES = ['PENDING', 'SENDING', 'SENT', 'FAILED', 'SUPPRESSED'] as const;
export type DeliveryStatus = (typeof DELIVERY_STATUSES)[number];

export const CHANNELS = ['email', 'sms', 'push'] as const;
export type Channel = (typeof CHANNELS)[number];

/** account: has to be told. order: can be declined. marketing: only for whoever has agreed. */
export type Purpose = 'account' | 'order' | 'marketing';

/** A message ready to be sent to one recipient. */
export interface NewDelivery {
  readonly id: string;
  readonly eventId: string;
  readonly userId: string;
  readonly channel: Channel;
  readonly purpose: Purpose;
  /** Address, number or endpoint; empty while the address is not known: it is then looked up at each attempt. */
  readonly recipient: string;
  readonly template: string;
  readonly subject: string;
  /** Empty but for mails. */
  readonly html: string;
  readonly text: string;
}

/** A delivery in the hands of one sender. */
export interface ClaimedDelivery extends NewDelivery {
  /** Which attempt this is, from 1; it also tells this sender's claim from a later one. */
  readonly attempt: number;
  readonly createdAt: Date;
}

/** When a mail that could not be sent is tried again. */
export interface RetryPolicy {
  readonly maxAttempts: number;
  /** Pause after the first attempt, in milliseconds; each further one is three times as long. */
  readonly baseMs: number;
}

const GROWTH = 3;
const LONGEST_PAUSE_MS = 3_600_000;
/** Pauses are spread over this share of themselves, so that mails refused together do not come back together. */
const SPREAD = 0.5;

/** The one id of what `eventId` makes of `recipient` (an address, or who it is while that is not known): computed twice, it is the same mail. */
export function deliveryIdOf(eventId: string, recipient: string, channel: Channel = 'email'): string {
  return deterministicId<'Delivery'>('delivery', eventId, channel, recipient);
}

/** The Message-ID of every attempt of a delivery, by which servers and readers know a second copy. */
export function messageIdOf(deliveryId: string, domain: string): string {
  return `<${deliveryId}@${domain}>`;
}

/**
 * Milliseconds until the next attempt after the `attempt`-th (from 1) has failed; undefined when it was the last.
 * @param random 0 (inclusive) to 1, from where the pause lies in its spread of ±25 %
 */
export function pauseAfter(attempt: number, policy: RetryPolicy, random: number): number | undefined {
  if (attempt >= policy.maxAttempts) return undefined;
  const full = Math.min(LONGEST_PAUSE_MS, policy.baseMs * GROWTH ** (attempt - 1));
  return Math.round(full * (1 - SPREAD / 2 + SPREAD * random));
}
