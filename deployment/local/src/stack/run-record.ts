import { type Backing, serversOf } from './backing.js';
import type { PortPlan } from './port-plan.js';
import { noteProcess, type RunState, type RunStateFile } from './run-state.js';
import { type StackService, serviceNamed } from './service-catalogue.js';
import { httpUrl } from './service-environment.js';
import type { ServiceHost } from './service-host.js';
import type { LocalStackOptions } from './stack-options.js';

/** What a stack that begins to start writes into `run.json`. */
export async function firstRunState(
  options: Pick<LocalStackOptions, 'mode' | 'bus'>,
  ports: PortPlan,
  services: readonly StackService[],
): Promise<RunState> {
  const supervisor = await noteProcess(process.pid);
  if (supervisor === undefined) {
    throw new Error('The system does not tell when this process started.');
  }
  return {
    supervisor,
    startedAt: new Date().toISOString(),
    status: 'starting',
    mode: options.mode ?? 'single',
    bus: options.bus ?? 'redis',
    apiUrl: httpUrl(ports, 'gateway'),
    services: services.map((name) => ({ name, ...ports.services[name], restarts: 0 })),
    backing: [],
  };
}

/** Keeps `run.json` true while a stack runs. */
export class RunRecord {
  readonly #file: RunStateFile;
  readonly #state: RunState;
  #closed = false;

  constructor(file: RunStateFile, state: RunState) {
    this.#file = file;
    this.#state = state;
  }

  async noteBacking(backing: Backing): Promise<void> {
    this.#state.inboxUrl = backing.mail.endpoint.webUrl;
    this.#state.backing = serversOf(backing).map(({ server, address }) => ({
      name: server.name,
      address,
      ...(server.pid === undefined ? {} : { pid: server.pid }),
    }));
    await this.#file.update(this.#state);
  }

  /** Notes which processes the services run in now, and at which ports. */
  async noteServices(host: ServiceHost, ports: PortPlan): Promise<void> {
    for (const entry of this.#state.services) {
      const name = serviceNamed(entry.name);
      const { pid, restarts } = host.standing(name);
      const own = pid === undefined || pid === process.pid ? undefined : await noteProcess(pid);
      Object.assign(entry, ports.services[name], { restarts });
      if (own === undefined) {
        delete entry.process;
      } else {
        entry.process = own;
      }
    }
    if (!this.#closed) {
      await this.#file.update(this.#state);
    }
  }

  /** Everything is ready. */
  async noteReady(): Promise<void> {
    this.#state.status = 'ready';
    await this.#file.update(this.#state);
  }

  /** Removes the file; later notes change nothing. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#file.remove();
  }
}
