import { Inject, Injectable } from '@nestjs/common';
import { Database } from '@vici/database';
import { CONFIG } from '@vici/utils';
import { z } from 'zod';
import { type OidcFlow, OidcFlowRepository } from '../application/oidc.ports.js';
import type { AuthConfig } from '../auth.config.js';
import type { AuthTables } from './auth.tables.js';
import { SecretCipher } from './secret.cipher.js';

const secretsSchema = z.object({ state: z.string(), nonce: z.string(), codeVerifier: z.string() });

/** Browsers on their way to a provider and back, in auth_db. */
@Injectable()
export class PostgresOidcFlowRepository extends OidcFlowRepository {
  readonly #cipher: SecretCipher;

  constructor(
    @Inject(Database) private readonly database: Database<AuthTables>,
    @Inject(CONFIG) config: AuthConfig,
  ) {
    super();
    this.#cipher = new SecretCipher(config.AUTH_KEY_ENCRYPTION_KEY);
  }

  async add(hash: Uint8Array, { provider, secrets, remember }: OidcFlow, expiresAt: Date): Promise<void> {
    await this.database.query
      .insertInto('oidc_flows')
      .values({
        hash,
        provider,
        secrets_encrypted: this.#cipher.encrypt(JSON.stringify(secrets), provider),
        remember,
        expires_at: expiresAt,
      })
      .execute();
  }

  async take(hash: Uint8Array, now: Date): Promise<OidcFlow | undefined> {
    const row = await this.database.query
      .deleteFrom('oidc_flows')
      .where('hash', '=', hash)
      .returningAll()
      .executeTakeFirst();
    if (row === undefined || row.expires_at <= now) return undefined;
    const { provider, remember } = row;
    const secrets = secretsSchema.parse(JSON.parse(this.#cipher.decrypt(row.secrets_encrypted, provider)));
    return { provider, remember, secrets };
  }

  async deleteExpired(before: Date): Promise<number> {
    const { numDeletedRows } = await this.database.query
      .deleteFrom('oidc_flows')
      .where('expires_at', '<', before)
      .executeTakeFirstOrThrow();
    return Number(numDeletedRows);
  }
}
