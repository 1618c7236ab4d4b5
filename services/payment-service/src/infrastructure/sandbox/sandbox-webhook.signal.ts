import { Injectable } from '@nestjs/common';

/** Tells the courier that there are webhooks to deliver, so that it need not look all the time. */
@Injectable()
export class SandboxWebhookSignal {
  private listener: (() => void) | undefined;

  /** The one who delivers. */
  listen(listener: () => void): void {
    this.listener = listener;
  }

  wake(): void {
    this.listener?.();
  }
}
