// `npm run rotate-signing-keys [-- --compromised]`, with the environment of the service.
import { Database, databaseOf } from '@vici/database';
import { ConfigError, Logger, loadConfig } from '@vici/utils';
import { authConfig } from './auth.config.js';
import type { AuthTables } from './infrastructure/auth.tables.js';
import { runRotateSigningKeysCommand } from './infrastructure/rotate-signing-keys.command.js';
import { SigningKeyCipher } from './infrastructure/signing-key.cipher.js';
import { SigningKeyStore } from './infrastructure/signing-key.store.js';

async function run(): Promise<number> {
  const config = loadConfig(authConfig, process.env);
  const logger = new Logger({ service: 'rotate-signing-keys', level: 'error' });
  const database = new Database<AuthTables>({
    ...databaseOf(config),
    applicationName: 'rotate-signing-keys',
    logger,
  });
  try {
    const store = new SigningKeyStore(database, new SigningKeyCipher(config.AUTH_KEY_ENCRYPTION_KEY));
    return await runRotateSigningKeysCommand(process.argv.slice(2), store, (line) =>
      process.stdout.write(`${line}\n`),
    );
  } finally {
    await database.close();
  }
}

try {
  process.exitCode = await run();
} catch (error) {
  const reason = error instanceof ConfigError ? error.faults.join('\n') : String(error);
  process.stderr.write(`The signing keys could not be rotated: ${reason}\n`);
  process.exitCode = 1;
}
