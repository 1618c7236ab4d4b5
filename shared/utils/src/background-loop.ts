import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from './logger.js';
import { runInContext, systemContext } from './request-context.js';

/** What a loop does, and how often. */
export interface BackgroundWork {
  /** What the log calls it: "the removal of old exports". */
  readonly name: string;
  /** The service in whose name it is done. */
  readonly service: string;
  /** The pause after a round that names none, and after one that failed, in milliseconds. */
  readonly everyMs: number;
  /**
   * One round.
   * @param stopping aborted when the loop is to end: a long round looks at it between its portions
   * @returns the pause until the next round in milliseconds where it is another than `everyMs`
   */
  run(stopping: AbortSignal): Promise<number | undefined> | Promise<void>;
  /** The pause before the first round, in milliseconds; none unless given. */
  readonly firstAfterMs?: number;
}

/**
 * Does something again and again until it is stopped, and at once when it is woken. Rounds never overlap, each has a
 * request id of its own, and a failure ends none of it: the first of several in a row is a warning in the log.
 */
export class BackgroundLoop {
  readonly #stopping = new AbortController();
  #waking = new AbortController();
  #running: Promise<void> | undefined;
  #failing = false;

  constructor(
    private readonly work: BackgroundWork,
    private readonly logger: Logger,
  ) {}

  /** Begins; a second call changes nothing. */
  start(): void {
    this.#running ??= this.#loop();
  }

  /** Ends the present pause, or forgoes the next one. */
  wake(): void {
    this.#waking.abort();
  }

  /** Begins no new round, and waits for the one under way. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
  }

  async #loop(): Promise<void> {
    const { signal } = this.#stopping;
    await this.#pause(this.work.firstAfterMs ?? 0);
    while (!signal.aborted) {
      this.#waking = new AbortController();
      await this.#pause(await runInContext(systemContext(this.work.service), () => this.#round(signal)));
    }
  }

  async #round(signal: AbortSignal): Promise<number> {
    const { name, everyMs } = this.work;
    try {
      const named = await this.work.run(signal);
      if (this.#failing) this.logger.info(`${name} works again`);
      this.#failing = false;
      return typeof named === 'number' ? named : everyMs;
    } catch (error) {
      if (!this.#failing) this.logger.warn(`${name} failed; it goes on`, { error });
      this.#failing = true;
      return everyMs;
    }
  }

  /** The timer keeps no process alive that has nothing else to do. */
  async #pause(ms: number): Promise<void> {
    if (ms <= 0) return;
    const signal = AbortSignal.any([this.#stopping.signal, this.#waking.signal]);
    await sleep(ms, undefined, { signal, ref: false }).catch((error: unknown) => {
      if (!signal.aborted) throw error;
    });
  }
}
