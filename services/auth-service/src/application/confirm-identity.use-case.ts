import { Injectable } from '@nestjs/common';
import { Clock, DomainError, notFound } from '@vici/utils';
import { Credentials } from './credentials.js';
import { AccountRepository, SessionRepository } from './ports.js';

/** How new a session has to be where there is no password to ask for, in milliseconds. */
const FRESH_MS = 600_000;
const MAX_SESSIONS = 100;

/** Makes sure that it is the account's owner, and not somebody at an open browser, who does what cannot be undone. */
@Injectable()
export class ConfirmIdentity {
  constructor(
    private readonly accounts: AccountRepository,
    private readonly sessions: SessionRepository,
    private readonly credentials: Credentials,
    private readonly clock: Clock,
  ) {}

  /** @throws DomainError INVALID_CREDENTIALS, ACCOUNT_LOCKED, RATE_LIMITED; SESSION_ENDED when it is not new enough */
  async execute(userId: string, sessionId: string | undefined, password: string | undefined): Promise<void> {
    const known = await this.accounts.findById(userId);
    if (known === undefined) throw notFound('User', userId);
    if (known.passwordHash !== undefined) {
      await this.credentials.check(known.account.email, password ?? '', 'The password is wrong.');
      return;
    }
    const now = this.clock.now();
    const devices = await this.sessions.list(userId, now, MAX_SESSIONS);
    const current = devices.find((device) => device.sessionId === sessionId);
    if (current === undefined || now.getTime() - current.createdAt.getTime() > FRESH_MS) {
      throw new DomainError('SESSION_ENDED', 'Sign in again and repeat this within 10 minutes.');
    }
  }
}
