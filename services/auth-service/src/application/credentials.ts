import { Injectable } from '@nestjs/common';
import { Clock, currentContext, DomainError } from '@vici/utils';
import { parseEmail } from '../domain/email.js';
import { AccountRepository, type KnownAccount, LoginThrottle, PasswordHasher } from './ports.js';

/** The one refusal of a login, whatever part was wrong. */
export const WRONG_CREDENTIALS = 'The e-mail address or the password is wrong.';

/** Checks e-mail and password, behind the throttle. */
@Injectable()
export class Credentials {
  constructor(
    private readonly accounts: AccountRepository,
    private readonly hasher: PasswordHasher,
    private readonly throttle: LoginThrottle,
    private readonly clock: Clock,
  ) {}

  /** @throws DomainError INVALID_CREDENTIALS whatever part was wrong; ACCOUNT_LOCKED, RATE_LIMITED */
  async check(emailAddress: string, password: string, refusal = WRONG_CREDENTIALS): Promise<KnownAccount> {
    const email = parseEmail(emailAddress);
    const address = currentContext()?.client?.ip;
    await this.throttle.begin(email.normalized, address);
    const known = await this.accounts.findByEmail(email);
    const matches = await this.hasher.matches(password, known?.passwordHash);
    if (known === undefined || !matches) {
      throw new DomainError('INVALID_CREDENTIALS', refusal);
    }
    await this.throttle.succeed(email.normalized, address);
    return this.hasher.isOutdated(known.passwordHash) ? await this.rehash(known, password) : known;
  }

  /** Hashes the password with the work that is configured now. Of two logins at once, one does. */
  private async rehash(known: KnownAccount, password: string): Promise<KnownAccount> {
    const { userId } = known.account;
    const passwordHash = await this.hasher.hash(password);
    const now = this.clock.now();
    if (await this.accounts.setPassword(userId, passwordHash, now, known.passwordHash)) {
      return { ...known, passwordHash };
    }
    const current = await this.accounts.findById(userId);
    const matches = await this.hasher.matches(password, current?.passwordHash);
    if (current === undefined || !matches) throw new DomainError('INVALID_CREDENTIALS', WRONG_CREDENTIALS);
    return current;
  }
}
