import { setTimeout as sleep } from 'node:timers/promises';
import { isDomainError } from './domain/errors.js';

/** The state of one thing the service depends on. */
export interface HealthCheckResult {
  readonly status: 'up' | 'down';
  /** A short reason when down; never an address, a credential or the text of an error. */
  readonly message?: string;
}

/** Whether the service can do its work, and on what it decided so. */
export interface Readiness {
  readonly ready: boolean;
  readonly checks: Readonly<Record<string, HealthCheckResult>>;
}

/** How a check weighs. */
export interface HealthCheckOptions {
  /** Whether the service is unready while the check is down (default). False reports the state only. */
  readonly required?: boolean;
}

interface HealthCheck {
  readonly run: () => Promise<void>;
  readonly required: boolean;
}

const CHECK_LIMIT_MS = 1_000;

const REASONS: ReadonlyMap<string, string> = new Map([
  ['ECONNREFUSED', 'connection refused'],
  ['ECONNRESET', 'connection lost'],
  ['EPIPE', 'connection lost'],
  ['ETIMEDOUT', 'timed out'],
  ['ENOTFOUND', 'host not found'],
  ['EAI_AGAIN', 'host not found'],
]);

/** The readiness of one service: what it depends on, asked in parallel, one second each. */
export class HealthRegistry {
  readonly #checks = new Map<string, HealthCheck>();
  #draining = false;
  #running: Promise<Readiness> | undefined;

  /**
   * Adds a check: it resolves when the dependency works and throws when not.
   * @throws Error when the name is taken
   */
  register(name: string, check: () => Promise<void>, options: HealthCheckOptions = {}): void {
    if (this.#checks.has(name)) {
      throw new Error(`The health check ${name} is registered twice`);
    }
    this.#checks.set(name, { run: check, required: options.required ?? true });
  }

  /** Runs the checks; probes that arrive while they run share their result. */
  readiness(): Promise<Readiness> {
    if (this.#draining) {
      return Promise.resolve({
        ready: false,
        checks: { lifecycle: { status: 'down', message: 'draining' } },
      });
    }
    this.#running ??= this.#runAll().finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  /** From now on unready, for good: the service finishes its work and takes no more. */
  setDraining(): void {
    this.#draining = true;
  }

  async #runAll(): Promise<Readiness> {
    const results = await Promise.all(
      [...this.#checks].map(async ([name, check]) => ({
        name,
        required: check.required,
        result: await runCheck(check.run),
      })),
    );
    return {
      ready: results.every(({ required, result }) => !required || result.status === 'up'),
      checks: Object.fromEntries(results.map(({ name, result }) => [name, result])),
    };
  }
}

async function runCheck(check: () => Promise<void>): Promise<HealthCheckResult> {
  const timer = new AbortController();
  const limit = sleep(CHECK_LIMIT_MS, undefined, { signal: timer.signal });
  // Aborting the timer rejects it, which nobody waits for any more.
  limit.catch(() => undefined);
  try {
    const inTime = await Promise.race([
      Promise.resolve()
        .then(check)
        .then(() => true),
      limit.then(() => false),
    ]);
    return inTime ? { status: 'up' } : { status: 'down', message: 'timed out' };
  } catch (error) {
    return { status: 'down', message: shortReason(error) };
  } finally {
    timer.abort();
  }
}

function shortReason(error: unknown): string {
  if (isDomainError(error)) {
    return error.code;
  }
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return REASONS.get(code) ?? 'check failed';
}
