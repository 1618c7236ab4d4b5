import { link, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { endProcess, isSameProcess, lookUpProcess } from './process-table.js';

const processSchema = z.object({ pid: z.number().int(), identity: z.string() });

const runStateSchema = z.object({
  /** The process that started everything. */
  supervisor: processSchema,
  startedAt: z.string(),
  status: z.enum(['starting', 'ready']),
  mode: z.enum(['single', 'processes']),
  bus: z.enum(['redis', 'kafka']),
  apiUrl: z.string(),
  inboxUrl: z.string().optional(),
  services: z.array(
    z.object({
      name: z.string(),
      http: z.number().int(),
      grpc: z.number().int().optional(),
      /** Its own process, in `processes` mode while it is up. */
      process: processSchema.optional(),
      restarts: z.number().int(),
    }),
  ),
  backing: z.array(z.object({ name: z.string(), address: z.string(), pid: z.number().int().optional() })),
});

/** What `run.json` tells other processes about a running stack. */
export type RunState = z.infer<typeof runStateSchema>;

/** Another stack runs on the same data folder. The message is one sentence. */
export class AlreadyRunningError extends Error {
  override readonly name = 'AlreadyRunningError';
}

const ORPHAN_PATIENCE_MS = 3000;

/** The state file of a data folder. */
export class RunStateFile {
  readonly #path: string;
  #writing: Promise<void> = Promise.resolve();
  #removed = false;

  constructor(dataDir: string) {
    this.#path = join(dataDir, 'run.json');
  }

  /** The stack that runs now; undefined when none does, whatever an earlier one left behind. */
  async readLive(): Promise<RunState | undefined> {
    const state = await this.#read();
    return state !== undefined && (await isSameProcess(state.supervisor)) ? state : undefined;
  }

  /**
   * Takes the data folder for this process. Processes that a killed supervisor left behind are ended first.
   * @throws AlreadyRunningError
   */
  async claim(state: RunState): Promise<void> {
    const own = `${this.#path}.${process.pid}`;
    await mkdir(join(this.#path, '..'), { recursive: true });
    await writeFile(own, serialise(state), { mode: 0o600 });
    try {
      // A link appears whole or fails: of two starts at once one gets it.
      while (!(await linkUnlessThere(own, this.#path))) {
        const running = await this.readLive();
        if (running !== undefined) {
          throw new AlreadyRunningError(
            `Vici already runs here (process ${running.supervisor.pid}, ${running.apiUrl}): ./quick-start.sh status shows it, ./quick-start.sh down ends it.`,
          );
        }
        await this.clearLeftovers();
      }
    } finally {
      await rm(own, { force: true });
    }
  }

  /** Replaces the state in one step; updates are written in the order asked. */
  update(state: RunState): Promise<void> {
    const text = serialise(state);
    const next = this.#writing.then(async () => {
      // A service that ends last of all must not bring the file back.
      if (this.#removed) {
        return;
      }
      await writeFile(`${this.#path}.new`, text, { mode: 0o600 });
      await rename(`${this.#path}.new`, this.#path);
    });
    // The asker learns of a failure; the next update is not held up by it.
    this.#writing = next.catch(() => undefined);
    return next;
  }

  async remove(): Promise<void> {
    this.#removed = true;
    await this.#writing;
    await rm(this.#path, { force: true });
  }

  /** Ends what a supervisor that was killed left running, and removes its state file. */
  async clearLeftovers(): Promise<void> {
    const state = await this.#read();
    const orphans = state?.services.flatMap((service) => service.process ?? []) ?? [];
    await Promise.all(orphans.map((orphan) => endProcess(orphan, 'SIGTERM', ORPHAN_PATIENCE_MS)));
    await rm(this.#path, { force: true });
  }

  async #read(): Promise<RunState | undefined> {
    const text = await readFile(this.#path, 'utf8').catch(() => undefined);
    if (text === undefined) {
      return undefined;
    }
    try {
      return runStateSchema.parse(JSON.parse(text));
    } catch {
      // Cut short by a crash, or of another version: nothing in it can be relied on.
      return undefined;
    }
  }
}

/** This process, as it is noted in a state file. */
export async function noteProcess(pid: number): Promise<{ pid: number; identity: string } | undefined> {
  const found = await lookUpProcess(pid);
  return found === undefined ? undefined : { pid, identity: found.identity };
}

function serialise(state: RunState): string {
  return `${JSON.stringify(state, null, 2)}\n`;
}

async function linkUnlessThere(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') {
      return false;
    }
    throw error;
  }
}
