import { Injectable } from '@nestjs/common';

/** Wakes the sender of this process. A wake while nobody waits is kept for the next wait. */
@Injectable()
export class DeliverySignal {
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

  /** Until the next wake, at most `ms` milliseconds. */
  async wait(ms: number): Promise<void> {
    if (this.woken) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.release = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.release = undefined;
  }
}
