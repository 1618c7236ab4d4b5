import { setTimeout as sleep } from 'node:timers/promises';
import { type Logger, runInContext, systemContext } from '@vici/utils';

/** Does something again and again until it is stopped, and at once when it is woken. */
export class BackgroundLoop {
  private readonly stopping = new AbortController();
  private waking = new AbortController();
  private running: Promise<void> | undefined;

  /**
   * @param name what the log says of it
   * @param pauseMs how long to wait after a failure, which is logged
   * @param work gives how long to wait before it is done again, in milliseconds
   */
  constructor(
    private readonly name: string,
    private readonly pauseMs: number,
    private readonly work: (signal: AbortSignal) => Promise<number>,
    private readonly logger: Logger,
  ) {}

  start(): void {
    this.running ??= runInContext(systemContext('product-service'), () => this.run());
  }

  /** Ends the present pause, or forgoes the next one. */
  wake(): void {
    this.waking.abort();
  }

  /** Ends after the round in flight. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  private async run(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      this.waking = new AbortController();
      const pauseMs = await this.round(signal);
      const woken = AbortSignal.any([signal, this.waking.signal]);
      await sleep(Math.max(0, pauseMs), undefined, { signal: woken }).catch((error: unknown) => {
        if (!woken.aborted) throw error;
      });
    }
  }

  private async round(signal: AbortSignal): Promise<number> {
    try {
      return await this.work(signal);
    } catch (error) {
      this.logger.warn(`${this.name} failed; it goes on`, { error });
      return this.pauseMs;
    }
  }
}
