import { mkdir } from 'node:fs/promises';
import { readInbox } from '@vici/backing-services';
import { type Addresses, isCatalogueEmpty, seedShop } from '../seed/seed-shop.js';
import { type Backing, startBacking } from './backing.js';
import { ChildProcessHost } from './child-process.host.js';
import { databaseUrl, provisionDatabases } from './databases.js';
import { InProcessHost } from './in-process.host.js';
import { documentedPorts, freePorts, type PortPlan, portOffset, withPorts } from './port-plan.js';
import { otherPorts, PortReservation } from './port-reservation.js';
import { firstRunState, RunRecord } from './run-record.js';
import { RunStateFile } from './run-state.js';
import { layersOf, STACK_SERVICES, type StackService, serviceNamed } from './service-catalogue.js';
import { databaseServices, grpcAddress, httpUrl, serviceEnvironment } from './service-environment.js';
import type { ServiceHost } from './service-host.js';
import { ServiceLogs } from './service-logs.js';
import type { LocalStack, LocalStackOptions } from './stack-options.js';

/**
 * Starts Vici on this machine: backing servers, databases, all services, and the demo catalogue when the shop is
 * empty. Resolves when everything is ready; when any step fails, what was started is stopped again.
 * @throws AlreadyRunningError, PortTakenError, MissingToolError, StartFailedError, ServiceStartError
 */
export async function startLocalStack(options: LocalStackOptions): Promise<LocalStack> {
  return await startStack(options, STACK_SERVICES);
}

/** `startLocalStack` with only some of the services. */
export async function startStack(
  options: LocalStackOptions,
  services: readonly StackService[],
): Promise<LocalStack> {
  await mkdir(options.dataDir, { recursive: true });
  const ports =
    options.ports === 'free'
      ? await freePorts()
      : documentedPorts(portOffset(process.env['VICI_PORT_OFFSET']));
  const starting = new StartingStack(options, services, ports);
  try {
    return await starting.start();
  } catch (error) {
    await starting.stop().catch((fault: unknown) => {
      throw new AggregateError([error, fault], `${messageOf(error)} What was started did not stop cleanly.`);
    });
    throw error;
  }
}

/** A service did not start; the message names it and says why, its log has the details. */
export class ServiceStartError extends Error {
  override readonly name = 'ServiceStartError';
}

class StartingStack {
  readonly #options: LocalStackOptions;
  readonly #services: readonly StackService[];
  readonly #logs: ServiceLogs;
  /** How to end what has been started so far, the latest last. */
  readonly #ends: (() => Promise<void>)[] = [];
  #ports: PortPlan;
  #stopping: Promise<void> | undefined;

  constructor(options: LocalStackOptions, services: readonly StackService[], ports: PortPlan) {
    this.#options = options;
    this.#services = services;
    this.#ports = ports;
    this.#logs = new ServiceLogs(options.dataDir, options.onLog);
  }

  async start(): Promise<LocalStack> {
    const record = await this.#claim();
    const reservation = await PortReservation.take(this.#ports, this.#services);
    this.#ports = reservation.plan;
    this.#ends.push(() => reservation.releaseAll());
    const backing = await this.#startBacking(reservation);
    await record.noteBacking(backing);
    const host = this.#createHost(record, backing);
    await this.#startServices(host, reservation);
    await this.#seed();
    await record.noteServices(host, this.#ports);
    await record.noteReady();
    return this.#stack(backing, host);
  }

  /** Ends what runs, in the reverse order of its start; a part that fails does not keep the rest. */
  stop(): Promise<void> {
    this.#stopping ??= this.#stopAll();
    return this.#stopping;
  }

  async #stopAll(): Promise<void> {
    const faults: unknown[] = [];
    for (const end of this.#ends.toReversed()) {
      await end().catch((error: unknown) => faults.push(error));
    }
    if (faults.length > 0) {
      throw new AggregateError(faults, 'Vici did not stop cleanly.');
    }
  }

  async #claim(): Promise<RunRecord> {
    const file = new RunStateFile(this.#options.dataDir);
    const state = await firstRunState(this.#options, this.#ports, this.#services);
    await file.claim(state);
    const record = new RunRecord(file, state);
    this.#ends.push(() => record.close());
    this.#ends.push(() => this.#logs.close());
    return record;
  }

  async #startBacking(reservation: PortReservation): Promise<Backing> {
    const bus = this.#options.bus === 'kafka' ? ', Kafka' : '';
    this.#say(`Starting PostgreSQL, Redis${bus}, picture store and mail inbox`);
    await reservation.release(this.#ports.s3, this.#ports.smtp, this.#ports.inbox);
    const backing = await startBacking(this.#options, this.#ports);
    this.#ends.push(() => backing.stop());
    this.#goOn();
    await provisionDatabases(backing.postgres.endpoint, databaseServices(this.#services));
    return backing;
  }

  #createHost(record: RunRecord, backing: Backing): ServiceHost {
    const settings = {
      root: this.#options.root,
      logs: this.#logs,
      environmentOf: (name: StackService) => serviceEnvironment(name, this.#ports, backing, this.#options),
      httpUrlOf: (name: StackService) => httpUrl(this.#ports, name),
      onChange: () => {
        record.noteServices(host, this.#ports).catch((error: unknown) => {
          this.#logs.note('gateway', 'warn', `run.json could not be written: ${messageOf(error)}`);
        });
      },
    };
    const host: ServiceHost =
      this.#options.mode === 'processes' ? new ChildProcessHost(settings) : new InProcessHost(settings);
    return host;
  }

  async #startServices(host: ServiceHost, reservation: PortReservation): Promise<void> {
    for (const layer of layersOf(this.#services)) {
      this.#goOn();
      this.#say(`Starting ${layer.join(', ')}`);
      this.#ends.push(() => stopLayer(host, layer));
      const starts = await Promise.allSettled(
        layer.map((name) => this.#startService(name, host, reservation)),
      );
      for (const [index, start] of starts.entries()) {
        const name = layer[index];
        if (start.status === 'rejected' && name !== undefined) {
          this.#logs.note(name, 'error', 'The service could not start.', start.reason);
          throw new ServiceStartError(`${name} could not start: ${messageOf(start.reason)}`, {
            cause: start.reason,
          });
        }
      }
    }
  }

  /** Those who call the service start after it, so they learn of another port. */
  async #startService(name: StackService, host: ServiceHost, reservation: PortReservation): Promise<void> {
    const { http, grpc } = this.#ports.services[name];
    await reservation.release(http, grpc);
    try {
      await host.start(name);
    } catch (error) {
      const other = await otherPorts(this.#ports.services[name]);
      if (other === undefined) {
        throw error;
      }
      this.#ports = withPorts(this.#ports, name, other);
      this.#logs.note(name, 'warn', `A connection has one of the ports of ${name}: it gets others.`);
      await host.restart(name);
    }
  }

  async #seed(): Promise<void> {
    if (this.#options.seed === false) {
      return;
    }
    this.#goOn();
    const addresses: Addresses = {
      auth: grpcAddress(this.#ports, 'auth'),
      product: grpcAddress(this.#ports, 'product'),
      inventory: grpcAddress(this.#ports, 'inventory'),
      recommendation: grpcAddress(this.#ports, 'recommendation'),
    };
    if (await isCatalogueEmpty(addresses)) {
      await seedShop(addresses, (sentence) => this.#say(sentence));
    }
  }

  #stack({ mail, redis, s3, kafka, postgres }: Backing, host: ServiceHost): LocalStack {
    return {
      apiUrl: httpUrl(this.#ports, 'gateway'),
      mailbox: { url: mail.endpoint.webUrl, messages: () => readInbox(mail.endpoint) },
      endpoints: {
        databaseUrl: (service) => {
          const [name] = databaseServices([serviceNamed(service)]);
          if (name === undefined) {
            throw new Error('The gateway has no database.');
          }
          return databaseUrl(postgres.endpoint, name);
        },
        redisUrl: redis.endpoint.url,
        s3Url: s3.endpoint.url,
        ...(kafka === undefined ? {} : { kafkaBrokers: kafka.endpoint.brokers }),
        grpc: (service) => grpcAddress(this.#ports, serviceNamed(service)),
        http: (service) => httpUrl(this.#ports, serviceNamed(service)),
      },
      kill: (service, signal = 'SIGKILL') => host.kill(serviceNamed(service), signal),
      holdAt: (service, checkpoint) => host.holdAt(serviceNamed(service), checkpoint),
      dieAt: (service, checkpoint) => host.dieAt(serviceNamed(service), checkpoint),
      restart: (service) => host.restart(serviceNamed(service)),
      startReplica: async (service) => {
        const replica = await host.startReplica(serviceNamed(service));
        this.#ends.push(() => replica.stop());
        return replica;
      },
      pid: (service) => host.standing(serviceNamed(service)).pid,
      stop: () => this.stop(),
    };
  }

  #say(sentence: string): void {
    this.#options.onProgress?.(sentence);
  }

  /** @throws the abort reason once the start is no longer wanted */
  #goOn(): void {
    this.#options.signal?.throwIfAborted();
  }
}

async function stopLayer(host: ServiceHost, layer: readonly StackService[]): Promise<void> {
  const ends = await Promise.allSettled(layer.map((name) => host.stop(name)));
  const faults = ends.flatMap((end) => (end.status === 'rejected' ? [end.reason] : []));
  if (faults.length > 0) {
    throw new AggregateError(faults, `Not all of ${layer.join(', ')} stopped cleanly.`);
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
