import { once } from 'node:events';
import { createServer, type Server, Socket } from 'node:net';

/** Stands between a client and a real server, so that a test can take the server away and give it back. */
export class TcpProxy {
  readonly #sockets = new Set<Socket>();
  readonly #server: Server;
  readonly #target: URL;
  #down = false;
  #losing: PromiseWithResolvers<void> | undefined;

  private constructor(target: URL) {
    this.#target = target;
    this.#server = createServer((client) => this.#accept(client));
  }

  static async to(url: string): Promise<TcpProxy> {
    const proxy = new TcpProxy(new URL(url));
    proxy.#server.listen(0, '127.0.0.1');
    await once(proxy.#server, 'listening');
    return proxy;
  }

  /** The target's URL with the proxy's address. */
  get url(): string {
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('The proxy does not listen');
    const url = new URL(this.#target);
    url.hostname = '127.0.0.1';
    url.port = String(address.port);
    // The server's own socket, which would lead past the proxy: PostgreSQL's and Redis'.
    url.searchParams.delete('host');
    url.searchParams.delete('path');
    return url.href;
  }

  /** Breaks every connection and every new one. */
  cut(): void {
    this.#down = true;
    for (const socket of this.#sockets) socket.destroy();
  }

  restore(): void {
    this.#down = false;
  }

  /**
   * Lets the next thing a client says through, and breaks the connection when it is answered: it was done, and the
   * client does not know. Resolves when that has happened.
   */
  loseAnswer(): Promise<void> {
    this.#losing ??= Promise.withResolvers<void>();
    return this.#losing.promise;
  }

  async close(): Promise<void> {
    this.cut();
    this.#server.close();
    await once(this.#server, 'close');
  }

  #accept(client: Socket): void {
    const upstream = new Socket();
    for (const [one, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      this.#sockets.add(one);
      // A broken connection is what this class is for; the other half must break with it.
      one.on('error', () => other.destroy());
      one.on('close', () => {
        this.#sockets.delete(one);
        other.destroy();
      });
    }
    if (this.#down) {
      client.destroy();
      return;
    }
    upstream.connect(Number(this.#target.port), this.#target.hostname);
    client.pipe(upstream);
    let asked = false;
    client.on('data', () => {
      asked ||= this.#losing !== undefined;
    });
    upstream.on('data', (answer: Buffer) => {
      if (asked && this.#losing !== undefined) {
        this.#losing.resolve();
        this.#losing = undefined;
        client.destroy();
        return;
      }
      asked = false;
      client.write(answer);
    });
    upstream.on('end', () => client.end());
  }
}
