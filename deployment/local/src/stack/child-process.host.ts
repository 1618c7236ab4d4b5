import { setTimeout as sleep } from 'node:timers/promises';
import { launchService } from './launch-service.js';
import { waitReady } from './readiness.js';
import { ReplicaProcess } from './replica.js';
import { RestartBackoff } from './restart-backoff.js';
import type { StackService } from './service-catalogue.js';
import type {
  DyingService,
  HeldService,
  HostSettings,
  Replica,
  ServiceHost,
  ServiceStanding,
} from './service-host.js';
import type { ServiceProcess } from './service-process.js';

/** Signals after which a process goes on: they are not waited for. */
const PASSING_SIGNALS: ReadonlySet<string> = new Set([
  'SIGSTOP',
  'SIGCONT',
  'SIGUSR1',
  'SIGUSR2',
  'SIGWINCH',
]);
/** A crash point is for one crash: with it the service would end again wherever its recovery passes. */
const ONE_CRASH_ONLY = 'VICI_CRASH_AT';

interface Supervised {
  readonly backoff: RestartBackoff;
  process: ServiceProcess | undefined;
  restarts: number;
  /** False while it is meant to be down. */
  wanted: boolean;
  crashed: boolean;
}

/** Every service in a Node process of its own; one that ends by itself is started again. */
export class ChildProcessHost implements ServiceHost {
  readonly #settings: HostSettings;
  readonly #services = new Map<StackService, Supervised>();

  constructor(settings: HostSettings) {
    this.#settings = settings;
  }

  async start(name: StackService): Promise<void> {
    const service = this.#service(name);
    service.backoff.reset();
    service.wanted = true;
    const launched = this.#launch(name, service);
    await waitReady(name, this.#settings.httpUrlOf(name), () => launched.end);
  }

  async restart(name: StackService): Promise<void> {
    await this.stop(name);
    await this.start(name);
  }

  async kill(name: StackService, signal: NodeJS.Signals): Promise<void> {
    const service = this.#service(name);
    if (service.process?.pid === undefined) {
      throw new Error(`${name} is not running.`);
    }
    if (PASSING_SIGNALS.has(signal)) {
      service.process.signal(signal);
      return;
    }
    service.wanted = false;
    service.process.signal(signal);
    await service.process.ended;
  }

  async holdAt(name: StackService, checkpoint: string): Promise<HeldService> {
    const running = this.#running(name);
    // Listening before it is armed: somebody may be there at once.
    const reached = running.reached(checkpoint);
    // Nobody may be waiting for it when the process ends; whoever is hears of it all the same.
    reached.catch(() => undefined);
    await running.order({ hold: checkpoint });
    return { reached, resume: () => running.order({ release: checkpoint }) };
  }

  async dieAt(name: StackService, checkpoint: string): Promise<DyingService> {
    const running = this.#running(name);
    await running.order({ die: checkpoint });
    return { died: running.ended.then(() => undefined) };
  }

  async startReplica(name: StackService): Promise<Replica> {
    return await ReplicaProcess.start(name, this.#settings);
  }

  standing(name: StackService): ServiceStanding {
    const { process: running, restarts } = this.#service(name);
    return { name, pid: running?.pid, restarts };
  }

  async stop(name: StackService): Promise<void> {
    const service = this.#service(name);
    service.wanted = false;
    await service.process?.stop();
  }

  #running(name: StackService): ServiceProcess {
    const running = this.#service(name).process;
    if (running?.pid === undefined) {
      throw new Error(`${name} is not running.`);
    }
    return running;
  }

  #service(name: StackService): Supervised {
    const known = this.#services.get(name);
    if (known !== undefined) {
      return known;
    }
    const service: Supervised = {
      backoff: new RestartBackoff(),
      process: undefined,
      restarts: 0,
      wanted: false,
      crashed: false,
    };
    this.#services.set(name, service);
    return service;
  }

  #launch(name: StackService, service: Supervised): ServiceProcess {
    const { environmentOf, onChange } = this.#settings;
    const { [ONE_CRASH_ONLY]: crashPoint, ...env } = environmentOf(name);
    const launched = launchService(
      name,
      crashPoint === undefined || service.crashed ? env : { ...env, [ONE_CRASH_ONLY]: crashPoint },
      this.#settings,
    );
    service.process = launched;
    onChange();
    void this.#watch(name, service, launched, Date.now());
    return launched;
  }

  /** Never rejects: what goes wrong while starting again is a log line of the service. */
  async #watch(
    name: StackService,
    service: Supervised,
    watched: ServiceProcess,
    startedAt: number,
  ): Promise<void> {
    const { logs, onChange } = this.#settings;
    const end = await watched.ended;
    onChange();
    if (!service.wanted) {
      return;
    }
    service.crashed = true;
    const pause = service.backoff.next(Date.now() - startedAt);
    if (pause === undefined) {
      logs.note(name, 'error', `The service ${end} and keeps ending; it is not started again.`);
      return;
    }
    logs.note(name, 'error', `The service ${end}; it is started again in ${pause / 1000} s.`);
    await sleep(pause);
    // Meanwhile somebody may have started it, or stopped everything.
    if (service.wanted && service.process === watched) {
      service.restarts += 1;
      this.#launch(name, service);
    }
  }
}
