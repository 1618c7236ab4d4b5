import { Injectable } from '@nestjs/common';
import { Clock } from '@vici/utils';
import type { Account } from '../domain/account.js';
import { parseEmail } from '../domain/email.js';
import { AccountSessions } from './account-sessions.js';
import { AccountRepository, LoginThrottle, PasswordResetRepository } from './ports.js';
import { SecurityNotices } from './security-notices.js';

/** Replaces passwords. */
@Injectable()
export class Passwords {
  constructor(
    private readonly accounts: AccountRepository,
    private readonly resets: PasswordResetRepository,
    private readonly sessions: AccountSessions,
    private readonly throttle: LoginThrottle,
    private readonly notices: SecurityNotices,
    private readonly clock: Clock,
  ) {}

  /**
   * Sets the password and ends what the old one gave: sessions (but `keepSession`) and reset links. Run it in a
   * transaction.
   * @returns false when the stored hash is not `expected`, or the reset link not good any more, where one is given:
   * then the caller's transaction must not commit
   */
  async replace(
    account: Account,
    passwordHash: string,
    options: {
      readonly expected?: string;
      readonly resetLink?: Uint8Array;
      readonly keepSession?: string | undefined;
    },
  ): Promise<boolean> {
    const { userId, email } = account;
    const { expected, resetLink, keepSession } = options;
    const now = this.clock.now();
    // The account first: it keeps two links of one account, used at once, from waiting for each other.
    if (!(await this.accounts.setPassword(userId, passwordHash, now, expected))) return false;
    if (resetLink !== undefined && !(await this.resets.useToken(resetLink, now))) return false;
    await this.resets.deleteTokensOf(userId);
    await this.notices.send(account, 'password_changed');
    await this.sessions.endAll(userId, keepSession);
    // The owner is back: wrong passwords of before must not keep them out.
    await this.throttle.succeed(parseEmail(email).normalized, undefined);
    return true;
  }
}
