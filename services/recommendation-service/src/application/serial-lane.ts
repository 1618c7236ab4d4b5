/** Runs pieces of work one after the other, in the order they came. */
export class SerialLane {
  #last: Promise<unknown> = Promise.resolve();

  run<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#last.then(work);
    // The next piece begins when this one has ended, however it ended; its caller hears of an error.
    this.#last = result.then(
      () => undefined,
      () => undefined,
    );
    return result;
  }
}
