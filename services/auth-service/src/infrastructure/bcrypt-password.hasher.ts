import { availableParallelism } from 'node:os';
import { Inject, Injectable } from '@nestjs/common';
import { CONFIG, Metrics } from '@vici/utils';
import bcrypt from 'bcrypt';
import { PasswordHasher } from '../application/ports.js';
import type { AuthConfig } from '../auth.config.js';
import { normalizedPassword } from '../domain/password.js';
import { HashingQueue } from './hashing-queue.js';

/** bcrypt on the thread pool of Node, off the event loop; one thread of the pool stays free for everything else. */
@Injectable()
export class BcryptPasswordHasher extends PasswordHasher {
  readonly #cost: number;
  readonly #queue: HashingQueue;
  /** Compared with when there is no account, so that the answer takes as long. */
  readonly #decoy: Promise<string>;

  constructor(@Inject(CONFIG) config: AuthConfig, metrics: Metrics) {
    super();
    this.#queue = new HashingQueue(
      Math.max(1, Math.min(availableParallelism(), config.UV_THREADPOOL_SIZE - 1)),
    );
    metrics.gauge('auth_hashes_waiting', 'Passwords that wait to be hashed or compared', [], (gauge) =>
      gauge.set(this.#queue.length),
    );
    this.#cost = config.BCRYPT_COST;
    this.#decoy = bcrypt.hash('no account has this password', this.#cost);
  }

  async hash(password: string): Promise<string> {
    const normalized = normalizedPassword(password);
    if (normalized === undefined) throw new Error('The password is longer than bcrypt looks');
    return await this.#queue.run(() => bcrypt.hash(normalized, this.#cost));
  }

  async matches(password: string, hash: string | undefined): Promise<boolean> {
    const normalized = normalizedPassword(password);
    const compared = hash ?? (await this.#decoy);
    const matches = await this.#queue.run(() => bcrypt.compare(normalized ?? '', compared));
    return matches && normalized !== undefined && hash !== undefined;
  }

  isOutdated(hash: string): boolean {
    return bcrypt.getRounds(hash) !== this.#cost;
  }
}
