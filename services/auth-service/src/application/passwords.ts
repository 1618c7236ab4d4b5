import { Injectable } from '@nestjs/common';
import { Clock } from '@vici/utils';
import {
  AccountRepository,
  PasswordHasher,
  PasswordResetRepository,
  SessionRepository,
  SessionStore,
} from './ports.js';

/** Replaces passwords. */
@Injectable()
export class Passwords {
  constructor(
    private readonly accounts: AccountRepository,
    private readonly hasher: PasswordHasher,
    private readonly resets: PasswordResetRepository,
    private readonly records: SessionRepository,
    private readonly sessions: SessionStore,
    private readonly clock: Clock,
  ) {}

  /** The stored form of a password; it takes its time, so call it outside of the transaction. */
  async hash(password: string): Promise<string> {
    return await this.hasher.hash(password);
  }

  /**
   * Sets the password and ends what the old one gave: sessions (but `keepSession`) and reset links. Run it in a
   * transaction. The sessions end before it commits: when Redis cannot be asked, nothing has changed.
   * @returns false when the stored hash is not `expected`, or the reset link not good any more, where one is given:
   * then the caller's transaction must not commit
   */
  async replace(
    userId: string,
    passwordHash: string,
    options: {
      readonly expected?: string;
      readonly resetLink?: Uint8Array;
      readonly keepSession?: string | undefined;
    },
  ): Promise<boolean> {
    const { expected, resetLink, keepSession } = options;
    const now = this.clock.now();
    // The account first: it keeps two links of one account, used at once, from waiting for each other.
    if (!(await this.accounts.setPassword(userId, passwordHash, now, expected))) return false;
    if (resetLink !== undefined && !(await this.resets.useToken(resetLink, now))) return false;
    await this.resets.deleteTokensOf(userId);
    const ended = await this.records.deleteAll(userId, keepSession);
    await Promise.all(ended.map((id) => this.sessions.end(id)));
    return true;
  }
}
