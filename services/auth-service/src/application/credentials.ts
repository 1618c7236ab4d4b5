import { Injectable } from '@nestjs/common';
import { Clock, currentContext, DomainError, isDomainError, Metrics } from '@vici/utils';
import type { Account } from '../domain/account.js';
import { type EmailAddress, parseEmail } from '../domain/email.js';
import { AccountRepository, LoginThrottle, PasswordHasher } from './ports.js';

/** The one refusal of a login, whatever part was wrong. */
export const WRONG_CREDENTIALS = 'The e-mail address or the password is wrong.';

/** An account whose password was right, and the stored form that told so. */
export interface CheckedAccount {
  readonly account: Account;
  readonly passwordHash: string;
}

/** Checks e-mail and password, behind the throttle. */
@Injectable()
export class Credentials {
  private readonly checked: ReturnType<Metrics['counter']>;

  constructor(
    private readonly accounts: AccountRepository,
    private readonly hasher: PasswordHasher,
    private readonly throttle: LoginThrottle,
    private readonly clock: Clock,
    metrics: Metrics,
  ) {
    this.checked = metrics.counter('auth_password_checks_total', 'Passwords checked, by outcome', [
      'outcome',
    ]);
  }

  /** @throws DomainError INVALID_CREDENTIALS whatever part was wrong; ACCOUNT_LOCKED, RATE_LIMITED */
  async check(emailAddress: string, password: string, refusal = WRONG_CREDENTIALS): Promise<CheckedAccount> {
    try {
      const known = await this.compare(parseEmail(emailAddress), password, refusal);
      this.checked.inc({ outcome: 'good' });
      return known;
    } catch (error) {
      this.checked.inc({ outcome: isDomainError(error) ? error.code.toLowerCase() : 'error' });
      throw error;
    }
  }

  private async compare(email: EmailAddress, password: string, refusal: string): Promise<CheckedAccount> {
    const address = currentContext()?.client?.ip;
    await this.throttle.begin(email.normalized, address);
    const known = await this.accounts.findByEmail(email);
    const matches = await this.hasher.matches(password, known?.passwordHash);
    if (known?.passwordHash === undefined || !matches) {
      throw new DomainError('INVALID_CREDENTIALS', refusal);
    }
    await this.throttle.succeed(email.normalized, address);
    const { account, passwordHash } = known;
    return this.hasher.isOutdated(passwordHash)
      ? await this.rehash(account, passwordHash, password)
      : { account, passwordHash };
  }

  /** Hashes the password with the work that is configured now. Of two logins at once, one does. */
  private async rehash(account: Account, outdated: string, password: string): Promise<CheckedAccount> {
    const { userId } = account;
    const passwordHash = await this.hasher.hash(password);
    if (await this.accounts.setPassword(userId, passwordHash, this.clock.now(), outdated)) {
      return { account, passwordHash };
    }
    const current = await this.accounts.findById(userId);
    const matches = await this.hasher.matches(password, current?.passwordHash);
    if (current?.passwordHash === undefined || !matches) {
      throw new DomainError('INVALID_CREDENTIALS', WRONG_CREDENTIALS);
    }
    return { account: current.account, passwordHash: current.passwordHash };
  }
}
