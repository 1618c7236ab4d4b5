import { InProcessRegistry, Logger, type RunningService, startService } from '@vici/utils';
import { waitReady } from './readiness.js';
import { loadDefinition, type StackService } from './service-catalogue.js';
import type {
  DyingService,
  HeldService,
  HostSettings,
  Replica,
  ServiceHost,
  ServiceStanding,
} from './service-host.js';

/** All services in this process; they call each other through a shared registry, without a socket. */
export class InProcessHost implements ServiceHost {
  readonly #settings: HostSettings;
  readonly #registry = new InProcessRegistry();
  readonly #running = new Map<StackService, RunningService>();

  constructor(settings: HostSettings) {
    this.#settings = settings;
  }

  async start(name: StackService): Promise<void> {
    const { logs } = this.#settings;
    const env = this.#settings.environmentOf(name);
    const logger = new Logger({
      service: name,
      level: env['LOG_LEVEL'] ?? 'info',
      format: 'json',
      stream: logs.streamOf(name),
    });
    const definition = await loadDefinition(name);
    this.#running.set(name, await startService(definition, { env, registry: this.#registry, logger }));
    this.#settings.onChange();
    await waitReady(name, this.#settings.httpUrlOf(name));
  }

  async restart(name: StackService): Promise<void> {
    await this.stop(name);
    await this.start(name);
  }

  async kill(name: StackService): Promise<void> {
    throw new Error(`${name} shares this process with the others; start with mode "processes" to kill one.`);
  }

  async holdAt(name: StackService): Promise<HeldService> {
    throw new Error(`${name} shares this process with its tests: pauseAt holds it.`);
  }

  async dieAt(name: StackService): Promise<DyingService> {
    throw new Error(`${name} shares this process with the others; start with mode "processes" to kill one.`);
  }

  async startReplica(name: StackService): Promise<Replica> {
    throw new Error(`${name} shares this process with the others; start with mode "processes" for replicas.`);
  }

  standing(name: StackService): ServiceStanding {
    return { name, pid: this.#running.has(name) ? process.pid : undefined, restarts: 0 };
  }

  async stop(name: StackService): Promise<void> {
    const running = this.#running.get(name);
    this.#running.delete(name);
    await running?.stop();
    this.#settings.onChange();
  }
}
