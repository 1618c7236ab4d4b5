import { type BeforeApplicationShutdown, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { Logger, runInContext, systemContext } from '@vici/utils';
import { TellReminders } from '../application/tell-reminders.use-case.js';

const EVERY_MS = 2_000;

/** Tells what is due, every two seconds; of several processes each takes other reminders. */
@Injectable()
export class ReminderWorker implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> = Promise.resolve();
  private stopped = false;

  constructor(
    private readonly tell: TellReminders,
    private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.schedule();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    await this.running;
  }

  private schedule(): void {
    if (this.stopped) return;
    this.timer = setTimeout(() => {
      this.running = this.run().finally(() => this.schedule());
    }, EVERY_MS);
  }

  private async run(): Promise<void> {
    try {
      while (!this.stopped && (await this.tellSome()));
    } catch (error) {
      this.logger.error('due reminders could not be told', { error });
    }
  }

  private tellSome(): Promise<boolean> {
    return runInContext(systemContext('notification-service'), () => this.tell.execute());
  }
}
