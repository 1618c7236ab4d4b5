import { Readable } from 'node:stream';

/** One server-sent event: `data` is sent as JSON. */
export interface ServerSentEvent<T = unknown> {
  readonly event: string;
  readonly data: T;
  /** What the browser names in Last-Event-ID when it connects again. */
  readonly id?: string;
}

/** How a stream is kept alive and when it ends. */
export interface EventStreamOptions {
  readonly heartbeatMs: number;
  /** Asked at each heartbeat; the stream ends when it says no. */
  stillAllowed(): Promise<boolean>;
  onError(error: unknown): void;
}

/** How long a browser waits before it connects again, in milliseconds. */
const RECONNECT_MS = 2000;
const KEEP_ALIVE = ': keep-alive\n\n';

/**
 * The body of a `text/event-stream` answer (HTML standard, section 9.2). It takes the next event only when the client
 * has room for it, says something at each heartbeat so that proxies keep the connection, and gives its source back
 * when the client goes away.
 */
export class EventStream extends Readable {
  readonly #source: AsyncIterator<ServerSentEvent>;
  readonly #options: EventStreamOptions;
  readonly #heartbeat: NodeJS.Timeout;
  #waiting = false;
  #finished = false;

  constructor(events: AsyncIterable<ServerSentEvent>, options: EventStreamOptions) {
    super({ encoding: 'utf8' });
    this.#source = events[Symbol.asyncIterator]();
    this.#options = options;
    this.#heartbeat = setInterval(() => void this.#beat(), options.heartbeatMs);
    this.push(`retry: ${RECONNECT_MS}\n\n`);
  }

  /** Ends the answer; the client is free to connect again. */
  finish(): void {
    if (!this.#finished) {
      this.#finished = true;
      this.push(null);
      void this.#close();
    }
  }

  override _read(): void {
    if (!this.#waiting) {
      this.#waiting = true;
      void this.#next();
    }
  }

  override _destroy(error: Error | null, callback: (error: Error | null) => void): void {
    this.#finished = true;
    void this.#close();
    callback(error);
  }

  async #next(): Promise<void> {
    try {
      const { done, value } = await this.#source.next();
      this.#waiting = false;
      if (done === true) {
        this.finish();
      } else if (!this.#finished) {
        this.push(frame(value));
      }
    } catch (error) {
      this.#options.onError(error);
      this.finish();
    }
  }

  async #beat(): Promise<void> {
    // A client that has not taken what it was sent needs no sign of life, and must not pile them up.
    if (this.readableLength === 0 && !this.#finished) {
      this.push(KEEP_ALIVE);
    }
    if (!(await this.#options.stillAllowed())) {
      this.finish();
    }
  }

  async #close(): Promise<void> {
    clearInterval(this.#heartbeat);
    try {
      await this.#source.return?.();
    } catch (error) {
      this.#options.onError(error);
    }
  }
}

function frame({ event, data, id }: ServerSentEvent): string {
  const identity = id === undefined ? '' : `id: ${id}\n`;
  return `${identity}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
}
