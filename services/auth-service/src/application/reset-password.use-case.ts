import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '@vici/database';
import { Clock, DomainError } from '@vici/utils';
import { NewPasswords } from './new-passwords.js';
import { Passwords } from './passwords.js';
import { AccountRepository, PasswordResetRepository } from './ports.js';
import { hashSecret } from './secrets.js';

/** Sets a new password for whoever holds the link of the mail. */
@Injectable()
export class ResetPassword {
  constructor(
    private readonly resets: PasswordResetRepository,
    private readonly accounts: AccountRepository,
    private readonly newPasswords: NewPasswords,
    private readonly passwords: Passwords,
    private readonly unitOfWork: UnitOfWork,
    private readonly clock: Clock,
  ) {}

  /** @throws DomainError INVALID_TOKEN when the link is unknown, used or older than an hour; WEAK_PASSWORD: it stays good */
  async execute(token: string, password: string): Promise<void> {
    const resetLink = hashSecret(token);
    const userId = await this.resets.ownerOf(resetLink, this.clock.now());
    const known = userId === undefined ? undefined : await this.accounts.findById(userId);
    if (known === undefined) throw invalidLink();
    this.newPasswords.assertStrong(password, known.account.email);
    const passwordHash = await this.newPasswords.hash(password);
    await this.unitOfWork.transaction(async () => {
      if (!(await this.passwords.replace(known.account, passwordHash, { resetLink }))) throw invalidLink();
    });
  }
}

function invalidLink(): DomainError {
  return new DomainError('INVALID_TOKEN', 'This link is no longer valid.');
}
