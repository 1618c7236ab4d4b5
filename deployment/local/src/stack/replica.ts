import { lastingPort } from './lasting-port.js';
import { launchService } from './launch-service.js';
import { waitReady } from './readiness.js';
import type { StackService } from './service-catalogue.js';
import { LOOPBACK } from './service-environment.js';
import type { HostSettings, Replica } from './service-host.js';
import type { ServiceProcess } from './service-process.js';

/** What a service keeps on disk is one process's alone. */
const OWN_FOLDER = 'INGEST_SPOOL_DIR';

/** A replica beside the process that the stack keeps alive; this one is not started again when it ends. */
export class ReplicaProcess implements Replica {
  #process: ServiceProcess | undefined;

  private constructor(
    private readonly name: StackService,
    private readonly ports: { readonly http: number; readonly grpc: number },
    private readonly settings: HostSettings,
  ) {}

  /** Resolves when it is ready. */
  static async start(name: StackService, settings: HostSettings): Promise<ReplicaProcess> {
    const ports = { http: await lastingPort(), grpc: await lastingPort() };
    const replica = new ReplicaProcess(name, ports, settings);
    await replica.#launch();
    return replica;
  }

  get http(): string {
    return `http://${LOOPBACK}:${this.ports.http}`;
  }

  get grpc(): string {
    return `${LOOPBACK}:${this.ports.grpc}`;
  }

  get pid(): number | undefined {
    return this.#process?.pid;
  }

  async restart(): Promise<void> {
    await this.stop();
    await this.#launch();
  }

  async kill(signal: NodeJS.Signals): Promise<void> {
    this.#process?.signal(signal);
    await this.#process?.ended;
  }

  async stop(): Promise<void> {
    await this.#process?.stop();
  }

  async #launch(): Promise<void> {
    const env = this.settings.environmentOf(this.name);
    const folder = env[OWN_FOLDER];
    const launched = launchService(
      this.name,
      {
        ...env,
        HTTP_PORT: String(this.ports.http),
        GRPC_PORT: String(this.ports.grpc),
        ...(folder !== undefined && { [OWN_FOLDER]: `${folder}-${this.ports.http}` }),
      },
      this.settings,
    );
    this.#process = launched;
    await waitReady(this.name, this.http, () => launched.end);
  }
}
