import { mkdir } from 'node:fs/promises';
import { type Addresses, isCatalogueEmpty, seedShop } from '../seed/seed-shop.js';
import { type Backing, serversOf, startBacking } from './backing.js';
import { ChildProcessHost } from './child-process.host.js';
import { databaseUrl, provisionDatabases } from './databases.js';
import { InProcessHost } from './in-process.host.js';
import { assertPortsFree, documentedPorts, freePorts, type PortPlan, portOffset } from './port-plan.js';
import { noteProcess, type RunState, RunStateFile } from './run-state.js';
import { layersOf, STACK_SERVICES, type StackService, serviceNamed } from './service-catalogue.js';
import { databaseServices, LOOPBACK, serviceEnvironment } from './service-environment.js';
import type { HostSettings, ServiceHost } from './service-host.js';
import { ServiceLogs } from './service-logs.js';
import type { LocalStack, LocalStackOptions } from './stack-options.js';

/**
 * Starts Vici on this machine: backing servers, databases, all services, and the demo catalogue when the shop is
 * empty. Resolves when everything is ready; when any step fails, what was started is stopped again.
 * @throws AlreadyRunningError, PortTakenError, MissingToolError, StartFailedError, ConfigError
 */
export async function startLocalStack(options: LocalStackOptions): Promise<LocalStack> {
  return await startStack(options, STACK_SERVICES);
}

/** `startLocalStack` with only some of the services. */
export async function startStack(
  options: LocalStackOptions,
  services: readonly StackService[],
): Promise<LocalStack> {
  const starting = new StartingStack(options, services);
  try {
    return await starting.start();
  } catch (error) {
    await starting.stop().catch((fault: unknown) => {
      throw new AggregateError([error, fault], `${messageOf(error)} What was started did not stop cleanly.`);
    });
    throw error;
  }
}

class StartingStack {
  readonly #options: LocalStackOptions;
  readonly #services: readonly StackService[];
  readonly #stateFile: RunStateFile;
  readonly #logs: ServiceLogs;
  /** How to end what has been started so far, the latest last. */
  readonly #ends: (() => Promise<void>)[] = [];
  #stopping: Promise<void> | undefined;

  constructor(options: LocalStackOptions, services: readonly StackService[]) {
    this.#options = options;
    this.#services = services;
    this.#stateFile = new RunStateFile(options.dataDir);
    this.#logs = new ServiceLogs(options.dataDir, options.onLog);
  }

  async start(): Promise<LocalStack> {
    const { dataDir, mode } = this.#options;
    await mkdir(dataDir, { recursive: true });
    const ports = await this.#choosePorts();
    const state = await this.#claim(ports);
    await this.#checkPorts(ports);
    this.#say('Starting PostgreSQL, Redis, picture store and mail inbox');
    const backing = await this.#startBacking(ports);
    state.backing = serversOf(backing).map(({ server, address }) => ({
      name: server.name,
      address,
      ...(server.pid === undefined ? {} : { pid: server.pid }),
    }));
    state.inboxUrl = backing.mail.endpoint.webUrl;
    const settings = this.#hostSettings(ports, backing, () => this.#noteChange(state, host));
    const host: ServiceHost =
      mode === 'processes' ? new ChildProcessHost(settings) : new InProcessHost(settings);
    await this.#startServices(host);
    await this.#seed(ports);
    state.status = 'ready';
    await this.#noteProcesses(state, host);
    return this.#stack(ports, backing, host);
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

  async #choosePorts(): Promise<PortPlan> {
    return this.#options.ports === 'free'
      ? await freePorts()
      : documentedPorts(portOffset(process.env['VICI_PORT_OFFSET']));
  }

  async #claim(ports: PortPlan): Promise<RunState> {
    const supervisor = await noteProcess(process.pid);
    if (supervisor === undefined) {
      throw new Error('The system does not tell when this process started.');
    }
    const state: RunState = {
      supervisor,
      startedAt: new Date().toISOString(),
      status: 'starting',
      mode: this.#options.mode ?? 'single',
      bus: this.#options.bus ?? 'redis',
      apiUrl: httpUrl(ports, 'gateway'),
      services: this.#services.map((name) => ({ name, ...ports.services[name], restarts: 0 })),
      backing: [],
    };
    await this.#stateFile.claim(state);
    this.#ends.push(() => this.#stateFile.remove());
    this.#ends.push(() => this.#logs.close());
    return state;
  }

  async #checkPorts(ports: PortPlan): Promise<void> {
    if (this.#options.ports !== 'free') {
      await assertPortsFree(ports, this.#services);
    }
  }

  async #startBacking(ports: PortPlan): Promise<Backing> {
    const backing = await startBacking(this.#options, ports);
    this.#ends.push(() => backing.stop());
    this.#goOn();
    await provisionDatabases(backing.postgres.endpoint, databaseServices(this.#services));
    return backing;
  }

  #hostSettings(ports: PortPlan, backing: Backing, onChange: () => void): HostSettings {
    return {
      root: this.#options.root,
      logs: this.#logs,
      environmentOf: (name) => serviceEnvironment(name, ports, backing, this.#options),
      httpUrlOf: (name) => httpUrl(ports, name),
      onChange,
    };
  }

  async #startServices(host: ServiceHost): Promise<void> {
    for (const layer of layersOf(this.#services)) {
      this.#goOn();
      this.#say(`Starting ${layer.join(', ')}`);
      this.#ends.push(() => stopLayer(host, layer));
      const starts = await Promise.allSettled(layer.map((name) => host.start(name)));
      const failed = starts.findIndex((start) => start.status === 'rejected');
      const fault = starts[failed];
      if (fault?.status === 'rejected') {
        throw new Error(`${layer[failed]} could not start: ${messageOf(fault.reason)}`, {
          cause: fault.reason,
        });
      }
    }
  }

  async #seed(ports: PortPlan): Promise<void> {
    if (this.#options.seed === false) {
      return;
    }
    this.#goOn();
    const addresses = addressesOf(ports);
    if (await isCatalogueEmpty(addresses)) {
      await seedShop(addresses, (sentence) => this.#say(sentence));
    }
  }

  /** Keeps `run.json` true when processes come and go; a failure to write it is told in the gateway's log. */
  #noteChange(state: RunState, host: ServiceHost): void {
    this.#noteProcesses(state, host).catch((error: unknown) => {
      this.#logs.note('gateway', 'warn', `run.json could not be written: ${messageOf(error)}`);
    });
  }

  async #noteProcesses(state: RunState, host: ServiceHost): Promise<void> {
    if (this.#stopping !== undefined) {
      return;
    }
    for (const entry of state.services) {
      const { pid, restarts } = host.standing(serviceNamed(entry.name));
      const own = pid === undefined || pid === process.pid ? undefined : await noteProcess(pid);
      entry.restarts = restarts;
      if (own === undefined) {
        delete entry.process;
      } else {
        entry.process = own;
      }
    }
    await this.#stateFile.update(state);
  }

  #stack(ports: PortPlan, backing: Backing, host: ServiceHost): LocalStack {
    const { mail, redis, s3, kafka, postgres } = backing;
    return {
      apiUrl: httpUrl(ports, 'gateway'),
      mailbox: { url: mail.endpoint.webUrl, messages: async () => mail.messages() },
      endpoints: {
        databaseUrl: (service) => {
          const name = serviceNamed(service);
          if (name === 'gateway') {
            throw new Error('The gateway has no database.');
          }
          return databaseUrl(postgres.endpoint, name);
        },
        redisUrl: redis.endpoint.url,
        s3Url: s3.endpoint.url,
        ...(kafka === undefined ? {} : { kafkaBrokers: kafka.endpoint.brokers }),
        grpc: (service) => grpcAddress(ports, serviceNamed(service)),
        http: (service) => httpUrl(ports, serviceNamed(service)),
      },
      kill: (service, signal = 'SIGKILL') => host.kill(serviceNamed(service), signal),
      restart: (service) => host.restart(serviceNamed(service)),
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

function addressesOf(ports: PortPlan): Addresses {
  return {
    auth: grpcAddress(ports, 'auth'),
    product: grpcAddress(ports, 'product'),
    inventory: grpcAddress(ports, 'inventory'),
    recommendation: grpcAddress(ports, 'recommendation'),
  };
}

function grpcAddress(ports: PortPlan, name: StackService): string {
  const { grpc } = ports.services[name];
  if (grpc === undefined) {
    throw new Error(`${name} has no gRPC API.`);
  }
  return `${LOOPBACK}:${grpc}`;
}

function httpUrl(ports: PortPlan, name: StackService): string {
  return `http://${LOOPBACK}:${ports.services[name].http}`;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
