import { DomainError, remainingMs } from '@vici/utils';

/**
 * Lets a bounded number of batches onto the bus at once and a bounded number wait; the rest is turned away at
 * once, so that a flood neither fills the memory nor takes the connections of the relay and the event handlers.
 */
export class IngestionGate {
  private readonly queue: (() => void)[] = [];
  private readonly idlers = new Set<() => void>();
  private running = 0;

  constructor(private readonly limits: { readonly concurrency: number; readonly waiting: number }) {}

  /** Batches that wait at this moment. */
  get waiting(): number {
    return this.queue.length;
  }

  /**
   * Runs `work` when there is room.
   * @throws DomainError SERVICE_UNAVAILABLE when too many wait already, DEADLINE_EXCEEDED when the turn comes too late
   */
  async pass<T>(work: () => Promise<T>): Promise<T> {
    await this.enter();
    try {
      if (remainingMs() === 0)
        throw new DomainError('DEADLINE_EXCEEDED', 'The events were not taken in time.');
      return await work();
    } finally {
      this.leave();
    }
  }

  /** Resolves once no batch is under way, or after so many milliseconds. */
  async idle(patienceMs: number): Promise<void> {
    if (this.running === 0) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.idlers.add(resolve);
    const timer = setTimeout(resolve, patienceMs);
    try {
      await promise;
    } finally {
      clearTimeout(timer);
      this.idlers.delete(resolve);
    }
  }

  private async enter(): Promise<void> {
    if (this.running < this.limits.concurrency) {
      this.running += 1;
      return;
    }
    if (this.queue.length >= this.limits.waiting) {
      throw new DomainError('SERVICE_UNAVAILABLE', 'Too many events arrive at once; send them again later.');
    }
    const { promise, resolve } = Promise.withResolvers<void>();
    this.queue.push(resolve);
    await promise;
  }

  /** Hands the place to the one who waits longest. */
  private leave(): void {
    const next = this.queue.shift();
    if (next !== undefined) {
      next();
      return;
    }
    this.running -= 1;
    if (this.running > 0) return;
    for (const resolve of this.idlers) resolve();
  }
}
