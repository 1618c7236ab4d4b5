import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { CheckpointOrder, CheckpointReport } from '@vici/utils';

const STOP_PATIENCE_MS = 10_000;
/** What a service's process takes over from this one; everything else comes from the stack. */
const INHERITED = ['PATH', 'HOME', 'TZ', 'LANG', 'TMPDIR', 'NODE_OPTIONS', 'NODE_EXTRA_CA_CERTS'] as const;

const NODE_OPTIONS = ['--enable-source-maps', '--max-semi-space-size=8', '--v8-pool-size=1'];

/** Ended with this process when it has to leave at once, without time to stop them in order. */
const alive = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of alive) {
    child.kill('SIGKILL');
  }
});

/** How a service's process is started. */
export interface ProcessSettings {
  /** The compiled main file. */
  readonly script: string;
  /** A module that is loaded before it. */
  readonly preload?: string;
  readonly env: Readonly<Record<string, string>>;
  readonly onLine: (line: string) => void;
}

/** One Node process that runs one service. */
export class ServiceProcess {
  /** Resolves with "exited with code 1" or "was ended by SIGKILL" once the process and its output have ended. */
  readonly ended: Promise<string>;
  readonly #child: ChildProcess;
  #end: string | undefined;

  constructor({ script, preload, env, onLine }: ProcessSettings) {
    const preloads = preload === undefined ? [] : ['--import', preload];
    this.#child = spawn(process.execPath, [...NODE_OPTIONS, ...preloads, script], {
      env: { ...inheritedEnvironment(), ...env },
      // The channel carries orders about checkpoints; a service that is not told to obey them does not listen.
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      // A group of its own: Ctrl-C reaches only the supervisor, which then ends the services in order.
      detached: true,
    });
    for (const output of [this.#child.stdout, this.#child.stderr]) {
      if (output !== null) {
        createInterface({ input: output }).on('line', onLine);
      }
    }
    alive.add(this.#child);
    this.ended = this.#waitForEnd();
  }

  /** Undefined when it could not be spawned or has ended. */
  get pid(): number | undefined {
    return this.#end === undefined ? this.#child.pid : undefined;
  }

  /** How it ended, once it has. */
  get end(): string | undefined {
    return this.#end;
  }

  /** Gives an order about a checkpoint and resolves when the process has taken it. */
  async order(order: CheckpointOrder): Promise<void> {
    const name = 'hold' in order ? order.hold : 'die' in order ? order.die : undefined;
    const armed =
      name === undefined
        ? Promise.resolve()
        : this.#told((report) => 'armed' in report && report.armed === name);
    this.#child.send(order);
    await armed;
  }

  /** Resolves when somebody in the process has reached the checkpoint and waits there. */
  async reached(name: string): Promise<void> {
    await this.#told((report) => 'reached' in report && report.reached === name);
  }

  signal(name: NodeJS.Signals): void {
    this.#child.kill(name);
  }

  /** Asks for an orderly end and insists after ten seconds. */
  async stop(): Promise<void> {
    if (this.#end !== undefined) {
      return;
    }
    this.#child.kill('SIGTERM');
    const insist = setTimeout(() => this.#child.kill('SIGKILL'), STOP_PATIENCE_MS);
    await this.ended;
    clearTimeout(insist);
  }

  /** @throws Error when the process ends before it tells */
  async #told(wanted: (report: CheckpointReport) => boolean): Promise<void> {
    const told = Promise.withResolvers<void>();
    const listen = (report: CheckpointReport): void => {
      if (wanted(report)) told.resolve();
    };
    this.#child.on('message', listen);
    void this.ended.then((end) => told.reject(new Error(`The process ${end}.`)));
    try {
      await told.promise;
    } finally {
      this.#child.off('message', listen);
    }
  }

  async #waitForEnd(): Promise<string> {
    this.#end = await once(this.#child, 'close').then(
      ([code, signal]: unknown[]) =>
        typeof signal === 'string' ? `was ended by ${signal}` : `exited with code ${String(code)}`,
      (error: unknown) => `could not be run (${error instanceof Error ? error.message : String(error)})`,
    );
    alive.delete(this.#child);
    return this.#end;
  }
}

function inheritedEnvironment(): Record<string, string> {
  return Object.fromEntries(
    INHERITED.flatMap((key) => {
      const value = process.env[key];
      return value === undefined ? [] : [[key, value]];
    }),
  );
}
