import { BackgroundLoop, type Logger } from '@vici/utils';
import { SweepPace } from './sweep-pace.js';

/** What a loop looks after. */
export interface SweepWork {
  /** What the log calls it: "the search for due refunds". */
  readonly name: string;
  /** Looks once, and begins what is due; true when more may be due at once. */
  sweep(): Promise<boolean>;
  /** Whether there has been work since it was last asked. */
  wasBusy(): boolean;
}

const AFTER_FAILURE_MS = 1_000;

/** Looks for due work again and again, pausing between at the pace of the work, until it is stopped. */
export function sweepLoop(work: SweepWork, logger: Logger): BackgroundLoop {
  const pace = new SweepPace(performance.now());
  const run = async () => {
    if (await work.sweep()) return 0;
    const now = performance.now();
    if (work.wasBusy()) pace.busy(now);
    return pace.pauseMs(now);
  };
  return new BackgroundLoop(
    { name: work.name, service: 'order-service', everyMs: AFTER_FAILURE_MS, run },
    logger,
  );
}
