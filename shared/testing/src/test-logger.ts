import { Logger } from '@vici/utils';

/** What the kit's own parts and the services under test log: errors only, unless LOG_LEVEL asks for more. */
export const testLogLevel = process.env['LOG_LEVEL'] ?? 'error';

/** The logger of everything in a test that has no service's own. */
export function testLogger(): Logger {
  return new Logger({ service: 'test', level: testLogLevel });
}
