import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '@vici/database';
import { AuditTrail } from '@vici/events';
import { notFound } from '@vici/utils';
import { AccountSessions } from './account-sessions.js';
import { AccountRepository } from './ports.js';
import { EndSession } from './sessions.use-cases.js';

/** Signs somebody out, on one device or on all of them. */
@Injectable()
export class EndAccountSessions {
  constructor(
    private readonly accounts: AccountRepository,
    private readonly one: EndSession,
    private readonly all: AccountSessions,
    private readonly audit: AuditTrail,
    private readonly unitOfWork: UnitOfWork,
  ) {}

  /**
   * @param sessionId the one to end; undefined for all of them
   * @returns how many have ended
   * @throws DomainError NOT_FOUND when there is no such account or session
   */
  async execute(userId: string, sessionId: string | undefined): Promise<number> {
    return await this.unitOfWork.transaction(async () => {
      // The account is held, so that nobody signs in while its sessions end.
      if ((await this.accounts.holdAgainstSignIn(userId)) === undefined) throw notFound('User', userId);
      const ended = await this.end(userId, sessionId);
      await this.audit.record({
        action: 'account.sign-out',
        target: { type: 'account', id: userId },
        after: { ended },
      });
      return ended;
    });
  }

  private async end(userId: string, sessionId: string | undefined): Promise<number> {
    if (sessionId === undefined) return await this.all.endAll(userId);
    await this.one.execute(userId, sessionId);
    return 1;
  }
}
