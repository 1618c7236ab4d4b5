import type { z } from 'zod';
import { ConfigError } from '../configuration/index.js';
import { Logger } from '../logger.js';
import { startTracing } from '../tracing.js';
import { obeyCheckpointOrders } from './checkpoint-orders.js';
import type { RunningService, ServiceDefinition } from './service-definition.js';
import { migrateService, startService } from './start-service.js';

/**
 * The whole life of a service that has the process to itself. SIGTERM or SIGINT drains and exits 0, a
 * second one exits 1 at once; a faulty configuration, a failed start and an unhandled error are
 * logged and exit 1. Resolves when the service serves. With the argument `migrate` it brings the database up to date
 * and exits instead.
 */
export async function runService<S extends z.ZodObject>(definition: ServiceDefinition<S>): Promise<void> {
  await new ServiceProcess(definition).run();
}

class ServiceProcess<S extends z.ZodObject> {
  private logger: Logger;
  private starting: Promise<RunningService> | undefined;
  private stopping = false;
  private failing = false;

  constructor(private readonly definition: ServiceDefinition<S>) {
    this.logger = new Logger({ service: definition.name });
  }

  async run(): Promise<void> {
    process.on('unhandledRejection', (error) => this.fail('An error was not handled.', error));
    process.on('uncaughtException', (error) => this.fail('An error was not handled.', error));
    process.on('SIGTERM', () => this.onSignal());
    process.on('SIGINT', () => this.onSignal());
    if (process.argv.at(-1) === 'migrate') {
      await this.migrate();
      return;
    }
    obeyCheckpointOrders();
    await startTracing(this.definition.name);
    this.starting = startService(this.definition, { env: process.env });
    try {
      const running = await this.starting;
      this.logger = running.app.get(Logger);
    } catch (error) {
      this.fail(startFailure(error), error);
    }
  }

  private async migrate(): Promise<void> {
    try {
      await migrateService(this.definition, { env: process.env });
      process.exit(0);
    } catch (error) {
      this.fail(startFailure(error), error);
    }
  }

  private onSignal(): void {
    if (this.stopping) {
      process.exit(1);
    }
    this.stopping = true;
    this.stop().catch((error: unknown) => this.fail('The service did not stop cleanly.', error));
  }

  private async stop(): Promise<void> {
    // A failed start ends the process on its own account, in `run`.
    const running = await this.starting;
    await running?.stop();
    const stopTracing = await startTracing(this.definition.name);
    await stopTracing();
    await this.logger.flush();
    process.exit(0);
  }

  private fail(message: string, error: unknown): void {
    // A failure to say so, as when nobody reads the log any more, would go round for ever.
    if (this.failing) {
      process.exit(1);
    }
    this.failing = true;
    this.logger.error(message, error instanceof ConfigError ? { faults: error.faults } : { error });
    void this.logger.flush().finally(() => process.exit(1));
  }
}

function startFailure(error: unknown): string {
  return error instanceof ConfigError ? 'The configuration is not valid.' : 'The service could not start.';
}
