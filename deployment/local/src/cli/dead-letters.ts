// `npm run dead-letters -- list|replay <topic>`: on the bus of the stack that runs here, or the one EVENT_BUS names.
import { createEventBus, eventBusOf, runDeadLetterCommand } from '@vici/events';
import { baseConfig, ConfigError, eventBusConfig, Logger, loadConfig } from '@vici/utils';
import { z } from 'zod';
import { type RunState, RunStateFile } from '../stack/run-state.js';
import { workspace } from './workspace.js';

/** Where the running stack's bus is, in the words of a service's environment. */
function environmentOf(state: RunState): Record<string, string | undefined> {
  const addressOf = (name: string) => state.backing.find((server) => server.name === name)?.address;
  return {
    EVENT_BUS: state.bus,
    REDIS_URL: addressOf('Redis'),
    KAFKA_BROKERS: addressOf('Kafka')?.replaceAll(' ', ''),
  };
}

async function run(): Promise<number> {
  const running =
    process.env['EVENT_BUS'] === undefined
      ? await new RunStateFile(workspace().dataDir).readLive()
      : undefined;
  const environment = { ...process.env, ...(running && environmentOf(running)) };
  const settings = loadConfig(z.object({ ...baseConfig, ...eventBusConfig }), environment);
  const logger = new Logger({ service: 'dead-letters', level: 'error' });
  const bus = createEventBus(eventBusOf(settings), { clientName: 'dead-letters', logger });
  try {
    return await runDeadLetterCommand(process.argv.slice(2), bus, (line) => console.log(line));
  } finally {
    await bus.close();
  }
}

try {
  process.exitCode = await run();
} catch (error) {
  const reason = error instanceof ConfigError ? error.faults.join('\n') : String(error);
  console.error(`The dead letters could not be read: ${reason}`);
  process.exitCode = 1;
}
