/** A whole process for the tests of `runService`; FAULT makes it go wrong after it has started. */
import { z } from 'zod';
import { baseConfig, httpConfig } from '../configuration/index.js';
import { runService } from './run-service.js';
import { defineService } from './service-definition.js';

class Worker {
  constructor(private readonly fault: string) {}

  onApplicationBootstrap(): void {
    if (this.fault === 'rejection') {
      setTimeout(() => void Promise.reject(new Error('nobody waited for this')), 50);
    }
  }

  async onModuleDestroy(): Promise<void> {
    if (this.fault === 'hang') {
      process.stdout.write('The worker hangs.\n');
      await new Promise((resolve) => setTimeout(resolve, 60_000));
    }
  }
}

class WorkerModule {}

await runService(
  defineService({
    name: 'notification',
    config: z.object({
      ...baseConfig,
      ...httpConfig(0),
      FAULT: z.enum(['none', 'rejection', 'hang']).describe('What goes wrong.'),
    }),
    module: ({ FAULT }) => ({
      module: WorkerModule,
      providers: [{ provide: Worker, useFactory: () => new Worker(FAULT) }],
    }),
  }),
);
