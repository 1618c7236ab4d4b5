/** How long messages already received may still be handled after the stop, in milliseconds. */
const FINISH_MS = 5_000;

/** Thrown to leave the rest of a batch uncommitted, for the next member of the group. */
export class ConsumerStoppedError extends Error {
  override readonly name = 'ConsumerStoppedError';
}

/** Tells running work that its consumer stops: no more pauses at once, no more messages a little later. */
export class StopToken {
  private readonly controller = new AbortController();
  private finishBy = Number.POSITIVE_INFINITY;

  /** Aborted at the stop. */
  get signal(): AbortSignal {
    return this.controller.signal;
  }

  stop(): void {
    if (this.signal.aborted) return;
    this.finishBy = Date.now() + FINISH_MS;
    this.controller.abort();
  }

  /** @throws ConsumerStoppedError when the time to finish what was received is over. */
  assertTimeLeft(): void {
    if (Date.now() > this.finishBy) throw new ConsumerStoppedError('the consumer has stopped');
  }
}
