import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '@vici/database';
import { AuditTrail, createEvent, EventPublisher } from '@vici/events';
import { Clock, DomainError, notFound } from '@vici/utils';
import { type Account, type AccountRole, isActiveAdministrator } from '../domain/account.js';
import { AccountDirectory } from './account-directory.js';
import { AccountSessions } from './account-sessions.js';
import { AccountRepository } from './ports.js';

/** What staff change about an account; what is not given stays. */
export interface AccountChange {
  readonly role?: AccountRole;
  readonly blocked?: boolean;
  /** Why, for the audit log. */
  readonly note?: string;
}

/** Changes what somebody may do, from their next request on. */
@Injectable()
export class UpdateAccount {
  constructor(
    private readonly accounts: AccountRepository,
    private readonly directory: AccountDirectory,
    private readonly sessions: AccountSessions,
    private readonly audit: AuditTrail,
    private readonly events: EventPublisher,
    private readonly unitOfWork: UnitOfWork,
    private readonly clock: Clock,
  ) {}

  /** @throws DomainError NOT_FOUND; CONFLICT when nobody could administer Vici any more */
  async execute(userId: string, change: AccountChange): Promise<Account> {
    return await this.unitOfWork.transaction(async () => {
      await this.directory.holdAdministration();
      const known = await this.accounts.findById(userId);
      if (known === undefined) throw notFound('User', userId);
      const { account: before } = known;
      const { role = before.role, blocked = before.blocked } = change;
      if (role === before.role && blocked === before.blocked) return before;
      const after: Account = { ...before, role, blocked, updatedAt: this.clock.now() };
      await this.keepAnAdministrator(before, after);
      await this.directory.setAccess(userId, { role, blocked }, after.updatedAt);
      await this.record(before, after, change.note);
      await this.events.publish(accessChanged(after));
      if (blocked) await this.sessions.endAll(userId);
      else await this.sessions.voidTokens(userId);
      return after;
    });
  }

  private async keepAnAdministrator(before: Account, after: Account): Promise<void> {
    if (!isActiveAdministrator(before) || isActiveAdministrator(after)) return;
    if ((await this.directory.countAdministrators()) > 1) return;
    throw new DomainError('CONFLICT', 'This is the last administrator; appoint another one first.');
  }

  private async record(before: Account, after: Account, note: string | undefined): Promise<void> {
    const target = { type: 'account', id: after.userId };
    const reason = note === undefined ? {} : { note };
    if (before.role !== after.role) {
      await this.audit.record({
        action: 'account.role-change',
        target,
        before: { role: before.role },
        after: { role: after.role },
        ...reason,
      });
    }
    if (before.blocked !== after.blocked) {
      await this.audit.record({
        action: after.blocked ? 'account.block' : 'account.unblock',
        target,
        before: { blocked: before.blocked },
        after: { blocked: after.blocked },
        ...reason,
      });
    }
  }
}

function accessChanged({ userId, email, role, blocked, updatedAt }: Account) {
  return createEvent('user.access_changed', {
    subject: userId,
    data: { userId, email, role, blocked, changedAt: updatedAt.toISOString() },
  });
}
