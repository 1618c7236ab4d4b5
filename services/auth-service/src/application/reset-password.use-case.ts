import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '@vici/database';
import { Clock, DomainError } from '@vici/utils';
import { parseEmail } from '../domain/email.js';
import { assertStrongPassword } from '../domain/password.js';
import { Passwords } from './passwords.js';
import { AccountRepository, LoginThrottle, PasswordResetRepository } from './ports.js';
import { hashSecret } from './secrets.js';

/** Sets a new password for whoever holds the link of the mail. */
@Injectable()
export class ResetPassword {
  constructor(
    private readonly resets: PasswordResetRepository,
    private readonly accounts: AccountRepository,
    private readonly passwords: Passwords,
    private readonly throttle: LoginThrottle,
    private readonly unitOfWork: UnitOfWork,
    private readonly clock: Clock,
  ) {}

  /** @throws DomainError INVALID_TOKEN when the link is unknown, used or older than an hour; WEAK_PASSWORD: it stays good */
  async execute(token: string, password: string): Promise<void> {
    const resetLink = hashSecret(token);
    const userId = await this.resets.ownerOf(resetLink, this.clock.now());
    const known = userId === undefined ? undefined : await this.accounts.findById(userId);
    if (known === undefined) throw invalidLink();
    const email = parseEmail(known.account.email);
    assertStrongPassword(password, email);
    const passwordHash = await this.passwords.hash(password);
    await this.unitOfWork.transaction(async () => {
      if (!(await this.passwords.replace(known.account.userId, passwordHash, { resetLink }))) {
        throw invalidLink();
      }
      // The owner is back: wrong passwords of before must not keep them out.
      await this.throttle.succeed(email.normalized, undefined);
    });
  }
}

function invalidLink(): DomainError {
  return new DomainError('INVALID_TOKEN', 'This link is no longer valid.');
}
