const STEP = 0.1;

/** Progress on one line that is written over at a terminal; elsewhere a line for every tenth. */
export class ProgressLine {
  readonly #terminal = process.stdout.isTTY === true;
  #shown = '';
  #nextShare = STEP;

  /** @param share how much is done, 0 to 1 */
  show(text: string, share: number): void {
    if (this.#terminal) {
      if (text !== this.#shown) {
        this.#shown = text;
        process.stdout.write(`\r\u001b[K  ${text}`);
      }
    } else if (share >= this.#nextShare) {
      this.#nextShare = share + STEP;
      console.log(`  ${text}`);
    }
  }

  /** A step of its own. */
  say(text: string): void {
    console.log(`  ${text}`);
  }

  /** Ends the line that is written over. */
  end(): void {
    if (this.#terminal && this.#shown !== '') {
      process.stdout.write('\n');
    }
  }
}
