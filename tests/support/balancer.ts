import { once } from 'node:events';
import {
  Agent,
  createServer,
  type IncomingMessage,
  request,
  type Server,
  type ServerResponse,
} from 'node:http';
import {
  type AddressInfo,
  connect,
  createServer as createTcpServer,
  type Socket,
  type Server as TcpServer,
} from 'node:net';
import { buffer } from 'node:stream/consumers';

const LOOK_MS = 400;
const HOST = '127.0.0.1';
/** What belongs to one connection and is not passed on. */
const OF_THE_CONNECTION: ReadonlySet<string> = new Set(['connection', 'keep-alive', 'transfer-encoding']);

/** A replica behind a balancer: where it serves, and where it says whether it is ready. */
export interface Target {
  /** `host:port`. */
  readonly address: string;
  /** `http://host:port` with /ready. */
  readonly http: string;
}

/** The replicas of one service, of which the ready ones take turns. */
class Targets {
  readonly #ready = new Map<Target, boolean>();
  readonly #watch = setInterval(() => void this.#look(), LOOK_MS);
  #turn = 0;

  async add(target: Target): Promise<void> {
    this.#ready.set(target, await isReady(target));
  }

  /** Those that are ready, whose turn it is first; all of them where none says it is. */
  inTurn(): Target[] {
    const all = [...this.#ready.keys()];
    const ready = all.filter((target) => this.#ready.get(target) === true);
    const offered = ready.length > 0 ? ready : all;
    this.#turn += 1;
    const first = this.#turn % Math.max(offered.length, 1);
    return [...offered.slice(first), ...offered.slice(0, first)];
  }

  close(): void {
    clearInterval(this.#watch);
  }

  async #look(): Promise<void> {
    await Promise.all(
      [...this.#ready.keys()].map(async (target) => this.#ready.set(target, await isReady(target))),
    );
  }
}

async function isReady({ http }: Target): Promise<boolean> {
  return await fetch(`${http}/ready`, {
    signal: AbortSignal.timeout(2_000),
    headers: { connection: 'close' },
  }).then(
    ({ ok }) => ok,
    () => false,
  );
}

/** Spreads connections over the replicas of a service, as a Kubernetes service does: for gRPC. */
export class ConnectionBalancer {
  readonly #targets = new Targets();
  readonly #sockets = new Set<Socket>();
  readonly #server: TcpServer;

  private constructor() {
    this.#server = createTcpServer({ pauseOnConnect: true }, (client) => void this.#accept(client));
  }

  static async open(): Promise<ConnectionBalancer> {
    const balancer = new ConnectionBalancer();
    balancer.#server.listen(0, HOST);
    await once(balancer.#server, 'listening');
    return balancer;
  }

  /** `host:port`. */
  get address(): string {
    return `${HOST}:${portOf(this.#server.address())}`;
  }

  add(target: Target): Promise<void> {
    return this.#targets.add(target);
  }

  async close(): Promise<void> {
    this.#targets.close();
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
    await once(this.#server, 'close');
  }

  async #accept(client: Socket): Promise<void> {
    this.#keep(client);
    for (const target of this.#targets.inTurn()) {
      const upstream = await connected(target);
      if (upstream === undefined) continue;
      this.#keep(upstream);
      upstream.once('close', () => client.destroy());
      client.once('close', () => upstream.destroy());
      client.pipe(upstream).pipe(client);
      client.resume();
      return;
    }
    client.destroy();
  }

  #keep(socket: Socket): void {
    this.#sockets.add(socket);
    socket.once('close', () => this.#sockets.delete(socket));
    // The other half is closed by 'close', which follows.
    socket.on('error', () => undefined);
  }
}

async function connected({ address }: Target): Promise<Socket | undefined> {
  const { hostname, port } = new URL(`tcp://${address}`);
  const socket = connect({ host: hostname, port: Number(port), noDelay: true });
  return await once(socket, 'connect').then(
    () => socket,
    () => undefined,
  );
}

/** Spreads requests over the gateways, each by a connection of its own, as a reverse proxy does. */
export class RequestBalancer {
  readonly #targets = new Targets();
  readonly #agent = new Agent({ keepAlive: false, maxSockets: Number.POSITIVE_INFINITY });
  readonly #server: Server;

  private constructor() {
    this.#server = createServer((incoming, outgoing) => void this.#forward(incoming, outgoing));
  }

  static async open(): Promise<RequestBalancer> {
    const balancer = new RequestBalancer();
    balancer.#server.listen(0, HOST);
    await once(balancer.#server, 'listening');
    return balancer;
  }

  /** `http://host:port`. */
  get url(): string {
    return `http://${HOST}:${portOf(this.#server.address())}`;
  }

  add(target: Target): Promise<void> {
    return this.#targets.add(target);
  }

  async close(): Promise<void> {
    this.#targets.close();
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  async #forward(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const body = await buffer(incoming);
    let fault: unknown;
    for (const target of this.#targets.inTurn()) {
      try {
        const answer = await this.#ask(target, incoming, body);
        outgoing.writeHead(answer.statusCode ?? 502, passedOn(answer));
        answer.once('error', (error) => outgoing.destroy(error)).pipe(outgoing);
        return;
      } catch (error) {
        fault = error;
        // Only what has not arrived anywhere may go to another one.
        if (!isRefused(error)) break;
      }
    }
    outgoing.writeHead(502).end(JSON.stringify({ success: false, error: `NO_GATEWAY: ${String(fault)}` }));
  }

  async #ask(
    target: Target,
    { method, url, headers }: IncomingMessage,
    body: Buffer,
  ): Promise<IncomingMessage> {
    const answered = Promise.withResolvers<IncomingMessage>();
    const options = { method: method ?? 'GET', headers, agent: this.#agent };
    request(`http://${target.address}${url ?? '/'}`, options, answered.resolve)
      .once('error', answered.reject)
      .end(body);
    return await answered.promise;
  }
}

function passedOn({ headers }: IncomingMessage): Record<string, string | string[]> {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      value === undefined || OF_THE_CONNECTION.has(name) ? [] : [[name, value]],
    ),
  );
}

function isRefused(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ECONNREFUSED';
}

function portOf(address: AddressInfo | string | null): number {
  if (address === null || typeof address === 'string') throw new Error('The balancer does not listen');
  return address.port;
}
