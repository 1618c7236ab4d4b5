import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '@vici/database';
import { DomainError, notFound } from '@vici/utils';
import { Credentials } from './credentials.js';
import { NewPasswords } from './new-passwords.js';
import { Passwords } from './passwords.js';
import { AccountRepository } from './ports.js';

const WRONG_PASSWORD = 'The current password is wrong.';

/** Replaces the password of somebody who is signed in; whoever else is signed in to the account is not any more. */
@Injectable()
export class ChangePassword {
  constructor(
    private readonly accounts: AccountRepository,
    private readonly credentials: Credentials,
    private readonly newPasswords: NewPasswords,
    private readonly passwords: Passwords,
    private readonly unitOfWork: UnitOfWork,
  ) {}

  /** @throws DomainError INVALID_CREDENTIALS, ACCOUNT_LOCKED, RATE_LIMITED, WEAK_PASSWORD naming `newPassword` */
  async execute(change: {
    readonly userId: string;
    /** The session that goes on. */
    readonly sessionId: string | undefined;
    readonly currentPassword: string;
    readonly newPassword: string;
  }): Promise<void> {
    const { userId, sessionId: keepSession } = change;
    const known = await this.accounts.findById(userId);
    if (known === undefined) throw notFound('User', userId);
    const { email } = known.account;
    this.newPasswords.assertStrong(change.newPassword, email, 'newPassword');
    const { passwordHash: expected } = await this.credentials.check(
      email,
      change.currentPassword,
      WRONG_PASSWORD,
    );
    const passwordHash = await this.newPasswords.hash(change.newPassword);
    await this.unitOfWork.transaction(async () => {
      // Somebody may have set another one meanwhile.
      if (!(await this.passwords.replace(known.account, passwordHash, { expected, keepSession }))) {
        throw new DomainError('INVALID_CREDENTIALS', WRONG_PASSWORD);
      }
    });
  }
}
