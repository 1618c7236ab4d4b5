import { currentContext, DomainError, remainingMs } from '@vici/utils';

/** Work that waits longer than anybody would is refused at once. */
const LONGEST_QUEUE = 1000;

/**
 * Lets so many pieces of heavy work run at once and the others wait in order. Hashes take threads of Node's pool, which
 * signing and name look-ups need too: with all threads taken, every other request would wait for the logins.
 */
export class HashingQueue {
  readonly #waiting: (() => void)[] = [];
  #free: number;

  /** @param places pieces of work that run at once, fewer than the pool has threads */
  constructor(places: number) {
    this.#free = places;
  }

  /** How many wait. */
  get length(): number {
    return this.#waiting.length;
  }

  /** @throws DomainError SERVICE_UNAVAILABLE when too many wait; DEADLINE_EXCEEDED when nobody waits for it any more */
  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.#free > 0) this.#free -= 1;
    else await this.#turn();
    try {
      if (remainingMs() === 0 || currentContext()?.signal?.aborted === true) {
        throw new DomainError('DEADLINE_EXCEEDED', 'The password could not be looked at in time.');
      }
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#free += 1;
      else next();
    }
  }

  async #turn(): Promise<void> {
    if (this.#waiting.length >= LONGEST_QUEUE) {
      throw new DomainError('SERVICE_UNAVAILABLE', 'Too many people sign in at this moment.');
    }
    await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }
}
