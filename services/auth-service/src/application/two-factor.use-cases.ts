import { Injectable } from '@nestjs/common';
import { Clock, DomainError, notFound } from '@vici/utils';
import type { Account } from '../domain/account.js';
import { Credentials } from './credentials.js';
import { AccountRepository } from './ports.js';
import { RecoveryCodes } from './recovery-codes.js';
import { SecondFactor } from './second-factor.js';
import { SecurityNotices } from './security-notices.js';
import { OneTimeCodes, TwoFactorRepository } from './two-factor.repository.js';

const WRONG_PASSWORD = 'The password is wrong.';

/** Asks somebody who is signed in for the password again. */
@Injectable()
export class PasswordProof {
  constructor(
    private readonly accounts: AccountRepository,
    private readonly credentials: Credentials,
  ) {}

  /** @throws DomainError INVALID_CREDENTIALS, ACCOUNT_LOCKED, RATE_LIMITED */
  async of(userId: string, password: string): Promise<Account> {
    const known = await this.accounts.findById(userId);
    if (known === undefined) throw notFound('User', userId);
    return (await this.credentials.check(known.account.email, password, WRONG_PASSWORD)).account;
  }
}

/** Gives somebody a secret for their authenticator app. */
@Injectable()
export class EnrolTwoFactor {
  constructor(
    private readonly proof: PasswordProof,
    private readonly factors: TwoFactorRepository,
    private readonly codes: OneTimeCodes,
  ) {}

  /** @throws DomainError INVALID_CREDENTIALS, ACCOUNT_LOCKED, RATE_LIMITED; CONFLICT when it is on already */
  async execute(userId: string, password: string): Promise<{ secret: string; uri: string; picture: string }> {
    const { email } = await this.proof.of(userId, password);
    const secret = this.codes.newSecret();
    if (!(await this.factors.enrol(userId, secret))) {
      throw new DomainError('CONFLICT', 'The second factor is on already; turn it off first.');
    }
    return { secret, ...(await this.codes.enrolment(secret, email)) };
  }
}

/** Turns the second factor on with the first code of the app. */
@Injectable()
export class ConfirmTwoFactor {
  constructor(
    private readonly accounts: AccountRepository,
    private readonly factors: TwoFactorRepository,
    private readonly secondFactor: SecondFactor,
    private readonly recovery: RecoveryCodes,
    private readonly notices: SecurityNotices,
    private readonly clock: Clock,
  ) {}

  /**
   * @returns the recovery codes, which nobody can be shown again
   * @throws DomainError INVALID_CREDENTIALS, ACCOUNT_LOCKED; NOT_FOUND when nothing waits to be confirmed
   */
  async execute(userId: string, code: string): Promise<string[]> {
    const known = await this.accounts.findById(userId);
    if (known === undefined || !(await this.isWaiting(userId))) throw notFound('TwoFactor', userId);
    const { account } = known;
    return await this.secondFactor.allow(account, code, async () => {
      await this.accounts.holdAgainstSignIn(userId);
      if (!(await this.isWaiting(userId))) throw notFound('TwoFactor', userId);
      await this.factors.confirm(userId, this.clock.now());
      await this.notices.send(account, 'two_factor_enabled');
      return await this.recovery.replace(userId);
    });
  }

  private async isWaiting(userId: string): Promise<boolean> {
    const factor = await this.factors.find(userId);
    return factor !== undefined && factor.confirmedAt === undefined;
  }
}

/** Gives somebody new recovery codes in place of the old ones. */
@Injectable()
export class ReplaceRecoveryCodes {
  constructor(
    private readonly proof: PasswordProof,
    private readonly secondFactor: SecondFactor,
    private readonly recovery: RecoveryCodes,
  ) {}

  /** @throws DomainError INVALID_CREDENTIALS, ACCOUNT_LOCKED, RATE_LIMITED; NOT_FOUND when it is off */
  async execute(userId: string, password: string, code: string): Promise<string[]> {
    const account = await this.proof.of(userId, password);
    if (!account.twoFactor) throw notFound('TwoFactor', userId);
    return await this.secondFactor.allow(account, code, () => this.recovery.replace(userId));
  }
}

/** Turns the second factor off. */
@Injectable()
export class DisableTwoFactor {
  constructor(
    private readonly proof: PasswordProof,
    private readonly factors: TwoFactorRepository,
    private readonly secondFactor: SecondFactor,
    private readonly notices: SecurityNotices,
  ) {}

  /** @throws DomainError INVALID_CREDENTIALS, ACCOUNT_LOCKED, RATE_LIMITED; NOT_FOUND when it is off */
  async execute(userId: string, password: string, code: string): Promise<void> {
    const account = await this.proof.of(userId, password);
    if (!account.twoFactor) throw notFound('TwoFactor', userId);
    await this.secondFactor.allow(account, code, async () => {
      await this.factors.remove(userId);
      await this.notices.send(account, 'two_factor_disabled');
    });
  }
}
