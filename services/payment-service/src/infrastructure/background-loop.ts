import { setTimeout as sleep } from 'node:timers/promises';
import { type Logger, runInContext, systemContext } from '@vici/utils';

/** Does something again and again, at a distance, until it is stopped; a failure is logged and does not end it. */
export class BackgroundLoop {
  private readonly stopping = new AbortController();
  private running: Promise<void> | undefined;
  private woken = Promise.withResolvers<void>();

  /** @param name what the log says of it */
  constructor(
    private readonly name: string,
    private readonly intervalMs: number,
    private readonly work: () => Promise<void>,
    private readonly logger: Logger,
  ) {}

  start(): void {
    this.running ??= runInContext(systemContext('payment-service'), () => this.run());
  }

  /** There is something to do: the next round begins now, or right after the one in flight. */
  wake(): void {
    this.woken.resolve();
  }

  /** Ends after the round in flight. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  private async run(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      this.woken = Promise.withResolvers<void>();
      try {
        await this.work();
      } catch (error) {
        this.logger.warn(`${this.name} failed; it goes on`, { error });
      }
      await this.pause(signal);
    }
  }

  private async pause(stopping: AbortSignal): Promise<void> {
    const enough = new AbortController();
    const timer = sleep(this.intervalMs, undefined, { signal: AbortSignal.any([stopping, enough.signal]) });
    try {
      await Promise.race([this.woken.promise, timer]);
      enough.abort();
      await timer;
    } catch (error) {
      if (!stopping.aborted && !enough.signal.aborted) throw error;
    }
  }
}
