/** Lets one loop wait for work or for a time, whichever comes first. A wake before the wait is kept. */
export class WakeSignal {
  private woken = false;
  private release: (() => void) | undefined;

  wake(): void {
    this.woken = true;
    this.release?.();
  }

  /** Forgets a wake: what follows sees the work it announced. */
  reset(): void {
    this.woken = false;
  }

  /** Resolves at a wake (true) or after the time (false). */
  async wait(ms: number): Promise<boolean> {
    if (this.woken) return true;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.release = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.release = undefined;
    return this.woken;
  }
}
