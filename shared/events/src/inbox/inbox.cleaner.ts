import type { Logger } from '@vici/utils';
import { pause } from '../retry/backoff.js';
import type { InboxStore } from './inbox.store.js';

const EVERY_MS = 3_600_000;
const FIRST_AFTER_MS = 300_000;
const BATCH = 5_000;

/** How long a consumer's notes are kept: longer than its topics keep the messages. */
export interface InboxRetention {
  readonly consumer: string;
  readonly keepMs: number;
}

/** Deletes old notes of the inbox, hourly and in bounded batches. */
export class InboxCleaner {
  private readonly stopping = new AbortController();
  private running: Promise<void> | undefined;

  constructor(
    private readonly store: InboxStore,
    private readonly retentions: readonly InboxRetention[],
    private readonly logger: Logger,
  ) {}

  start(): void {
    this.running ??= this.run();
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  /** Deletes everything that is old now; returns how many notes. */
  async clean(): Promise<number> {
    let total = 0;
    for (const { consumer, keepMs } of this.retentions) {
      let deleted = BATCH;
      while (deleted === BATCH && !this.stopping.signal.aborted) {
        deleted = await this.store.deleteOlderThan(consumer, keepMs, BATCH);
        total += deleted;
      }
    }
    return total;
  }

  private async run(): Promise<void> {
    const { signal } = this.stopping;
    // Spread, so that the replicas of a service do not all clean at once.
    await pause(FIRST_AFTER_MS * (1 + Math.random()), signal);
    while (!signal.aborted) {
      try {
        await this.clean();
      } catch (error) {
        this.logger.warn('inbox clean-up failed; it tries again in an hour', { error });
      }
      await pause(EVERY_MS * (0.75 + Math.random() / 2), signal);
    }
  }
}
