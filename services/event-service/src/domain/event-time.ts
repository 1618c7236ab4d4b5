const DAY_MS = 86_400_000;
const MAX_AHEAD_MS = 300_000;

/** How long the id of an event is remembered: as long as a client may send the event again with its time. */
export const REMEMBER_IDS_MS = DAY_MS + MAX_AHEAD_MS;

/**
 * Why a client's event time is not taken, if it is not: it may be at most 24 hours old and 5 minutes ahead.
 * @param timestamp milliseconds since the epoch
 */
export function timeFault(timestamp: number, now: Date): string | undefined {
  const age = now.getTime() - timestamp;
  if (age > DAY_MS) return 'timestamp is more than 24 hours old.';
  if (age < -MAX_AHEAD_MS) return 'timestamp is more than 5 minutes ahead.';
  return undefined;
}
