import { type BeforeApplicationShutdown, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { BackgroundLoop, Logger } from '@vici/utils';
import { TellReminders } from '../application/tell-reminders.use-case.js';

const EVERY_MS = 2_000;

/** Tells what is due, every two seconds; of several processes each takes other reminders. */
@Injectable()
export class ReminderWorker implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly loop: BackgroundLoop;

  constructor(tell: TellReminders, logger: Logger) {
    const run = async () => ((await tell.execute()) ? 0 : EVERY_MS);
    this.loop = new BackgroundLoop(
      { name: 'the telling of due reminders', service: 'notification-service', everyMs: EVERY_MS, run },
      logger,
    );
  }

  onApplicationBootstrap(): void {
    this.loop.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.loop.stop();
  }
}
