import type { Logger } from '@vici/utils';
import type { Client } from 'pg';
import { type Backoff, backoffMs, pause } from '../retry/backoff.js';
import { OUTBOX_CHANNEL } from './outbox.store.js';

const RECONNECT: Backoff = { baseMs: 250, factor: 2, maxMs: 10_000 };

/**
 * Hears through a connection of its own that events were committed, by this process or another. A lost
 * connection is made again; meanwhile the relay's timer finds the rows.
 */
export class OutboxListener {
  private readonly stopping = new AbortController();
  private running: Promise<void> | undefined;
  private connected = false;

  constructor(
    private readonly createClient: () => Client,
    /** Called with who announced the commit; with nobody's name when some may have been missed. */
    private readonly onNotify: (origin: string) => void,
    private readonly logger: Logger,
  ) {}

  /** Whether a commit is heard of at the moment. */
  get hears(): boolean {
    return this.connected;
  }

  start(): void {
    this.running ??= this.listen();
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  private async listen(): Promise<void> {
    let failures = 0;
    while (!this.stopping.signal.aborted) {
      try {
        await this.session(() => {
          failures = 0;
          this.connected = true;
        });
      } catch (error) {
        failures += 1;
        this.logger.warn('outbox listener lost its connection', { error, failures });
        await pause(backoffMs(RECONNECT, failures), this.stopping.signal);
      }
    }
  }

  /** One connection, until it breaks (throws) or the listener stops (returns). */
  private async session(onConnected: () => void): Promise<void> {
    const { signal } = this.stopping;
    const client = this.createClient();
    const ended = Promise.withResolvers<void>();
    const end = () => ended.resolve();
    // A failed connect is reported by connect() itself, before anybody waits for the end.
    ended.promise.catch(() => undefined);
    client.on('error', (error) => ended.reject(error));
    client.on('end', () => ended.reject(new Error('connection ended')));
    client.on('notification', ({ payload }) => this.onNotify(payload ?? ''));
    signal.addEventListener('abort', end, { once: true });
    try {
      await client.connect();
      await client.query(`LISTEN ${OUTBOX_CHANNEL}`);
      onConnected();
      this.onNotify('');
      await ended.promise;
    } finally {
      this.connected = false;
      signal.removeEventListener('abort', end);
      await client.end().catch((error: unknown) => {
        this.logger.debug('outbox listener connection was already closed', { error });
      });
    }
  }
}
