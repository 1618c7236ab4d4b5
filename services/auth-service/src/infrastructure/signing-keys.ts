import { Inject, Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { Database } from '@vici/database';
import { Clock, CONFIG, Logger, Metrics } from '@vici/utils';
import type { CryptoKey, JWK } from 'jose';
import type { AuthConfig } from '../auth.config.js';
import { signingKeyAt } from '../domain/signing-key.js';
import type { AuthTables } from './auth.tables.js';
import { publicJwkOf, SigningKeyCipher } from './signing-key.cipher.js';
import { type KeySchedule, type ScheduledKey, SigningKeyStore } from './signing-key.store.js';

const DAY_MS = 86_400_000;
/** How often every replica looks for keys that another one, or the command, has made or removed. */
const RELOAD_MS = 10_000;

/** The keys that sign access tokens: kept encrypted in auth_db, shared by all replicas, and replaced in time. */
@Injectable()
export class SigningKeys implements OnModuleInit, OnModuleDestroy {
  readonly #store: SigningKeyStore;
  readonly #cipher: SigningKeyCipher;
  readonly #schedule: KeySchedule;
  #keys: readonly ScheduledKey[] = [];
  #ready: ReadonlyMap<string, CryptoKey> = new Map();
  #timer: NodeJS.Timeout | undefined;
  #reloading: Promise<void> | undefined;

  constructor(
    @Inject(Database) database: Database<AuthTables>,
    private readonly clock: Clock,
    private readonly logger: Logger,
    @Inject(CONFIG) config: AuthConfig,
    metrics: Metrics,
  ) {
    this.#cipher = new SigningKeyCipher(config.AUTH_KEY_ENCRYPTION_KEY);
    this.#store = new SigningKeyStore(database, this.#cipher);
    this.#schedule = {
      periodMs: config.SIGNING_KEY_ROTATION_DAYS * DAY_MS,
      tokenLifetimeMs: config.ACCESS_TOKEN_TTL_SECONDS * 1000,
    };
    metrics.gauge('auth_signing_key_age_seconds', 'Since when the key in use signs', [], (gauge) => {
      const since = signingKeyAt(this.#keys, clock.now())?.activatesAt.getTime();
      if (since !== undefined) gauge.set((clock.now().getTime() - since) / 1000);
    });
  }

  /** Loads the keys, making the first one where there is none; replicas that start together agree on it. */
  async onModuleInit(): Promise<void> {
    await this.reload();
    this.#timer = setInterval(() => {
      this.#reloading ??= this.reloadQuietly().finally(() => {
        this.#reloading = undefined;
      });
    }, RELOAD_MS);
    this.#timer.unref();
  }

  async onModuleDestroy(): Promise<void> {
    clearInterval(this.#timer);
    await this.#reloading;
  }

  /** The key that signs now. */
  current(): { kid: string; key: CryptoKey } {
    const kid = signingKeyAt(this.#keys, this.clock.now())?.kid;
    const key = kid === undefined ? undefined : this.#ready.get(kid);
    if (kid === undefined || key === undefined) throw new Error('The signing keys are not loaded yet');
    return { kid, key };
  }

  /** Every key whose tokens may be around, and the one that is to sign next. */
  publicKeys(): readonly JWK[] {
    return this.#keys.map(({ publicJwk }) => publicJwkOf(publicJwk));
  }

  /** Makes the next key where it is due, and takes over what others have made. */
  async reload(): Promise<void> {
    const keys = await this.#store.rotateIfDue(this.clock.now(), this.#schedule);
    const ready = await Promise.all(
      keys.map(async ({ kid, encryptedPrivateJwk }): Promise<[string, CryptoKey]> => {
        return [kid, this.#ready.get(kid) ?? (await this.#cipher.privateKey(encryptedPrivateJwk))];
      }),
    );
    this.#keys = keys;
    this.#ready = new Map(ready);
  }

  private async reloadQuietly(): Promise<void> {
    try {
      await this.reload();
    } catch (error) {
      // The known keys go on signing; the next look may succeed.
      this.logger.warn('The signing keys could not be read', { error });
    }
  }
}
