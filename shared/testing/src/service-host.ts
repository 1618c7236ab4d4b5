import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  kafkaObstacle,
  MissingToolError,
  startKafka,
  startKafkaOnZooKeeper,
  startPostgres,
  startRedis,
  startStripeMock,
  stripeMockObstacle,
} from '@vici/backing-services';
import { Redis } from 'ioredis';
import type { RunServices } from './run-services.js';

const NAMES: readonly string[] = [
  'postgres',
  'redis',
  'kafka',
  'stripe-mock',
] satisfies (keyof RunServices)[];

function isName(name: string): name is keyof RunServices {
  return NAMES.includes(name);
}

/** Test files that run at the same time share the server: none may reach beyond its own logical database. */
async function guardSharedRedis(url: string): Promise<void> {
  const client = new Redis(url);
  try {
    await client.acl('SETUSER', 'default', '-flushall', '-swapdb', '-debug');
  } finally {
    client.disconnect();
  }
}

interface Stoppable {
  stop(): Promise<void>;
}

/**
 * Lives in the main process of a test run and starts each server when the first test file asks for it, so a run of
 * pure tests starts none. Test files, which run in processes of their own, ask over HTTP on loopback.
 */
export class ServiceHost {
  readonly #server: Server;
  readonly #folder: string;
  readonly #cacheDir: string;
  readonly #answers = new Map<keyof RunServices, Promise<RunServices[keyof RunServices]>>();
  readonly #started: Stoppable[] = [];

  private constructor(folder: string, cacheDir: string) {
    this.#folder = folder;
    this.#cacheDir = cacheDir;
    this.#server = createServer((request, response) => {
      this.#answer(request.url ?? '').then(
        (body) => response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body)),
        (error: unknown) => {
          const message = error instanceof Error ? error.message : String(error);
          response.writeHead(503, { 'content-type': 'application/json' }).end(JSON.stringify({ message }));
        },
      );
    });
  }

  /** `cacheDir`: the folder that keeps programs that are fetched once, between runs. */
  static async open(cacheDir: string): Promise<ServiceHost> {
    const folder = await mkdtemp(join(tmpdir(), 'vici-test-'));
    // Under root PostgreSQL runs as another user, who must be able to pass through.
    await chmod(folder, 0o755);
    const host = new ServiceHost(folder, cacheDir);
    const listening = Promise.withResolvers<void>();
    host.#server.once('error', listening.reject).listen(0, '127.0.0.1', listening.resolve);
    await listening.promise;
    return host;
  }

  get url(): string {
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('The service host does not listen');
    return `http://127.0.0.1:${address.port}/`;
  }

  /** Stops what was started and removes its data. */
  async close(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await Promise.allSettled(this.#answers.values());
    const ends = await Promise.allSettled(this.#started.map((service) => service.stop()));
    await rm(this.#folder, { recursive: true, force: true });
    const faults = ends.flatMap((end) => (end.status === 'rejected' ? [end.reason] : []));
    if (faults.length > 0) throw new AggregateError(faults, 'A server of the test run did not stop');
  }

  async #answer(path: string): Promise<RunServices[keyof RunServices]> {
    const name = path.slice(1);
    if (!isName(name)) throw new Error(`No service is named '${name}'`);
    const known = this.#answers.get(name) ?? this.#start(name);
    this.#answers.set(name, known);
    return await known;
  }

  async #start(name: keyof RunServices): Promise<RunServices[keyof RunServices]> {
    const dataDir = join(this.#folder, name);
    if (name === 'postgres') {
      const postgres = await this.#keep(startPostgres({ dataDir, ephemeral: true }));
      return { base: postgres.endpoint.url('postgres') };
    }
    if (name === 'redis') {
      const redis = await this.#keep(startRedis({ dataDir, ephemeral: true }));
      if (redis.origin !== 'environment') await guardSharedRedis(redis.endpoint.url);
      return { url: redis.endpoint.url };
    }
    return name === 'kafka' ? await this.#startKafka(dataDir) : await this.#startStripeMock(dataDir);
  }

  async #startStripeMock(dataDir: string): Promise<RunServices['stripe-mock']> {
    const cacheDir = join(this.#cacheDir, 'stripe-mock');
    const obstacle = await stripeMockObstacle({ cacheDir });
    if (obstacle !== undefined) return { obstacle };
    try {
      const mock = await this.#keep(startStripeMock({ dataDir, cacheDir, ephemeral: true }));
      return { endpoint: mock.endpoint };
    } catch (error) {
      if (error instanceof MissingToolError) return { obstacle: error.message };
      throw error;
    }
  }

  async #startKafka(dataDir: string): Promise<RunServices['kafka']> {
    const cacheDir = join(this.#cacheDir, 'kafka');
    const obstacle = await kafkaObstacle({ cacheDir });
    if (obstacle !== undefined) return { obstacle };
    try {
      const start = process.env['VICI_TEST_KAFKA'] === 'zookeeper' ? startKafkaOnZooKeeper : startKafka;
      const kafka = await this.#keep(start({ dataDir, cacheDir, ephemeral: true }));
      return { brokers: kafka.endpoint.brokers };
    } catch (error) {
      // What cannot be fetched here is an obstacle; a broker that does not start is a failure.
      if (error instanceof MissingToolError) return { obstacle: error.message };
      throw error;
    }
  }

  async #keep<S extends Stoppable>(starting: Promise<S>): Promise<S> {
    const service = await starting;
    this.#started.push(service);
    return service;
  }
}
