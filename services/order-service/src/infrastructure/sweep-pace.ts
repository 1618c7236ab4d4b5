const BUSY_PAUSE_MS = { min: 500, max: 1_000 } as const;
const QUIET_PAUSE_MS = { min: 2_500, max: 5_000 } as const;
/** Longer than the longest back-off of a checkout: what is being retried keeps the pace up. */
const QUIET_AFTER_MS = 60_000;

/**
 * How long the checkout worker pauses between two looks: under a second while checkouts run, a few seconds once none
 * has run for a minute, so that an idle shop costs next to nothing. Jittered, so that processes do not move in step.
 */
export class SweepPace {
  private busyAt: number;

  /** @param now milliseconds of a monotonic clock, as everywhere here */
  constructor(now: number) {
    this.busyAt = now;
  }

  /** Notes that a checkout runs or has run. */
  busy(now: number): void {
    this.busyAt = now;
  }

  /** The next pause in milliseconds. */
  pauseMs(now: number, random: () => number = Math.random): number {
    const { min, max } = now - this.busyAt < QUIET_AFTER_MS ? BUSY_PAUSE_MS : QUIET_PAUSE_MS;
    return min + random() * (max - min);
  }
}
