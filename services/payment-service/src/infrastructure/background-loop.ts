import { setTimeout as sleep } from 'node:timers/promises';
import { type Logger, runInContext, systemContext } from '@vici/utils';

/** Does something again and again, at a distance, until it is stopped; a failure is logged and does not end it. */
export class BackgroundLoop {
  private readonly stopping = new AbortController();
  private running: Promise<void> | undefined;

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

  /** Ends after the round in flight. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  private async run(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      try {
        await this.work();
      } catch (error) {
        this.logger.warn(`${this.name} failed; it goes on`, { error });
      }
      await sleep(this.intervalMs, undefined, { signal }).catch((error: unknown) => {
        if (!signal.aborted) throw error;
      });
    }
  }
}
