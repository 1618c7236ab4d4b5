import { SweepPace } from './sweep-pace.js';

/** What a loop looks after. */
export interface SweepWork {
  /** Looks once, and begins what is due; true when more may be due at once. Never throws. */
  sweep(): Promise<boolean>;
  /** Whether there has been work since it was last asked. */
  wasBusy(): boolean;
}

/** Looks for due work again and again, pausing between, until it is stopped. */
export class SweepLoop {
  private running: Promise<void> | undefined;
  private stopped = false;
  private woken = false;
  private interrupt: (() => void) | undefined;
  private readonly pace = new SweepPace(performance.now());

  constructor(private readonly work: SweepWork) {}

  start(): void {
    this.running ??= this.loop();
  }

  /** Begins no new look, and waits for the one under way. */
  async stop(): Promise<void> {
    this.stopped = true;
    this.wake();
    await this.running;
  }

  /** Ends the present pause, or forgoes the next one. */
  wake(): void {
    this.woken = true;
    this.interrupt?.();
  }

  private async loop(): Promise<void> {
    while (!this.stopped) {
      this.woken = false;
      if (!(await this.work.sweep())) {
        await this.pause();
      }
    }
  }

  private pauseMs(): number {
    const now = performance.now();
    if (this.work.wasBusy()) {
      this.pace.busy(now);
    }
    return this.pace.pauseMs(now);
  }

  private pause(): Promise<void> {
    const milliseconds = this.pauseMs();
    return new Promise((resolve) => {
      if (this.woken) {
        resolve();
        return;
      }
      const timer = setTimeout(done, milliseconds);
      function done(): void {
        clearTimeout(timer);
        resolve();
      }
      this.interrupt = done;
    });
  }
}
