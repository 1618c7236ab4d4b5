import type { Redis } from 'ioredis';

/** How long one wait for new entries lasts at most, in milliseconds. */
export const BLOCK_MS = 5_000;
/** How long a stream that joins others waits at most until it is watched with them. */
const SHARED_BLOCK_MS = 1_000;

/** Waits for entries that are not read yet. It changes nothing in Redis: a reply that is lost, or comes too late, harms nobody. */
export interface StreamWatch {
  /** Resolves when the stream has entries after the id, or when it is time to look. */
  entriesAfter(stream: string, id: string): Promise<void>;
  /** Ends the waiting. */
  close(): void;
}

/** One stream over a connection of its own: what comes is seen at once. */
export class OwnStreamWatch implements StreamWatch {
  constructor(private readonly connection: Redis) {}

  async entriesAfter(stream: string, id: string): Promise<void> {
    await this.connection.xread('COUNT', 1, 'BLOCK', BLOCK_MS, 'STREAMS', stream, id);
  }

  close(): void {
    this.connection.disconnect();
  }
}

interface Waiting extends PromiseWithResolvers<void> {
  readonly id: string;
  readonly since: number;
}

/** Several quiet streams over one connection: what comes may wait a second. */
export class SharedStreamWatch implements StreamWatch {
  readonly #waiting = new Map<string, Waiting>();
  #watching = false;
  #closed = false;

  constructor(private readonly connection: Redis) {}

  entriesAfter(stream: string, id: string): Promise<void> {
    const waiting = { ...Promise.withResolvers<void>(), id, since: performance.now() };
    this.#waiting.set(stream, waiting);
    if (!this.#watching) void this.#watch();
    return waiting.promise;
  }

  /** Told by the consumer of each stream; the first ends the connection for all. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.connection.disconnect();
  }

  async #watch(): Promise<void> {
    this.#watching = true;
    while (this.#waiting.size > 0) {
      const watched = new Map(this.#waiting);
      try {
        this.#release(watched, await this.#streamsWithEntries(watched));
      } catch (error) {
        for (const [stream, { reject }] of watched) {
          this.#waiting.delete(stream);
          reject(error);
        }
      }
    }
    this.#watching = false;
  }

  async #streamsWithEntries(watched: ReadonlyMap<string, Waiting>): Promise<ReadonlySet<string>> {
    const ids = [...watched.values()].map(({ id }) => id);
    const reply = await this.connection.xread(
      'COUNT',
      1,
      'BLOCK',
      SHARED_BLOCK_MS,
      'STREAMS',
      ...watched.keys(),
      ...ids,
    );
    return new Set(reply?.map(([stream]) => stream));
  }

  #release(watched: ReadonlyMap<string, Waiting>, withEntries: ReadonlySet<string>): void {
    for (const [stream, { resolve, since }] of watched) {
      if (!withEntries.has(stream) && performance.now() - since < BLOCK_MS) continue;
      this.#waiting.delete(stream);
      resolve();
    }
  }
}
