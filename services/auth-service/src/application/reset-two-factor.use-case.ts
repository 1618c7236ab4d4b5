import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '@vici/database';
import { AuditTrail } from '@vici/events';
import { currentCaller, DomainError, notFound } from '@vici/utils';
import type { Account } from '../domain/account.js';
import { AccountSessions } from './account-sessions.js';
import { NO_DEVICE } from './client-device.js';
import { AccountRepository } from './ports.js';
import { SecurityNotices } from './security-notices.js';
import { TwoFactorRepository } from './two-factor.repository.js';

/**
 * Turns the second factor off for somebody who has lost app and recovery codes. Every session ends: whoever has talked
 * staff into it still needs the password, and the owner is told.
 */
@Injectable()
export class ResetTwoFactor {
  constructor(
    private readonly accounts: AccountRepository,
    private readonly factors: TwoFactorRepository,
    private readonly sessions: AccountSessions,
    private readonly notices: SecurityNotices,
    private readonly audit: AuditTrail,
    private readonly unitOfWork: UnitOfWork,
  ) {}

  /**
   * @param note why, for the audit log
   * @throws DomainError NOT_FOUND when there is no such account or its second factor is off; FORBIDDEN for one's own
   */
  async execute(userId: string, note: string | undefined): Promise<Account> {
    if (currentCaller().userId === userId) {
      throw new DomainError('FORBIDDEN', 'Turn your own second factor off with password and code.');
    }
    return await this.unitOfWork.transaction(async () => {
      const known = await this.accounts.holdAgainstSignIn(userId);
      if (known === undefined) throw notFound('User', userId);
      const { account } = known;
      if (!account.twoFactor) throw notFound('TwoFactor', userId);
      await this.factors.remove(userId);
      await this.notices.send(account, 'two_factor_reset', NO_DEVICE);
      await this.audit.record({
        action: 'account.two-factor-reset',
        target: { type: 'account', id: userId },
        before: { twoFactor: true },
        after: { twoFactor: false },
        ...(note !== undefined && { note }),
      });
      await this.sessions.endAll(userId);
      return { ...account, twoFactor: false };
    });
  }
}
