/** Kinds of routes that are counted apart. */
export type RateClass = 'auth' | 'write' | 'read' | 'events' | 'webhooks';

/** The window every limit counts in, in milliseconds. */
export const RATE_WINDOW_MS = 60_000;

/** Requests a minute of one user, or of one address where nobody is signed in. `auth` always counts by address. */
export const RATE_LIMITS: Readonly<Record<RateClass, number>> = {
  auth: 20,
  write: 120,
  read: 600,
  events: 1200,
  // A provider sends for all shoppers from a few addresses.
  webhooks: 6000,
};

/** The limit of a class under RATE_LIMIT_MULTIPLIER; undefined when limits are off. */
export function limitOf(rateClass: RateClass, multiplier: number): number | undefined {
  return multiplier === 0 ? undefined : Math.max(1, Math.floor(RATE_LIMITS[rateClass] * multiplier));
}
