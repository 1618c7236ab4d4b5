import { Inject, Injectable } from '@nestjs/common';
import { CONFIG } from '@vici/utils';
import bcrypt from 'bcrypt';
import { PasswordHasher } from '../application/ports.js';
import type { AuthConfig } from '../auth.config.js';
import { normalizedPassword } from '../domain/password.js';

/** bcrypt on the thread pool of Node, off the event loop. */
@Injectable()
export class BcryptPasswordHasher extends PasswordHasher {
  readonly #cost: number;
  /** Compared with when there is no account, so that the answer takes as long. */
  readonly #decoy: Promise<string>;

  constructor(@Inject(CONFIG) config: AuthConfig) {
    super();
    this.#cost = config.BCRYPT_COST;
    this.#decoy = bcrypt.hash('no account has this password', this.#cost);
  }

  async hash(password: string): Promise<string> {
    const normalized = normalizedPassword(password);
    if (normalized === undefined) throw new Error('The password is longer than bcrypt looks');
    return await bcrypt.hash(normalized, this.#cost);
  }

  async matches(password: string, hash: string | undefined): Promise<boolean> {
    const normalized = normalizedPassword(password);
    const matches = await bcrypt.compare(normalized ?? '', hash ?? (await this.#decoy));
    return matches && normalized !== undefined && hash !== undefined;
  }

  isOutdated(hash: string): boolean {
    return bcrypt.getRounds(hash) !== this.#cost;
  }
}
