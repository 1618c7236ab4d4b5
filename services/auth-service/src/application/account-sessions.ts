import { Injectable } from '@nestjs/common';
import { SessionRepository, SessionStore } from './ports.js';

/** All sessions of one account at once. */
@Injectable()
export class AccountSessions {
  constructor(
    private readonly records: SessionRepository,
    private readonly sessions: SessionStore,
  ) {}

  /**
   * Ends the account's sessions but `keep`, on every gateway. Run it in a transaction that holds the account, so that
   * none begins meanwhile. They end before it commits: when Redis cannot be asked, nothing has changed.
   */
  async endAll(userId: string, keep?: string): Promise<void> {
    const ended = await this.records.deleteAll(userId, keep);
    await Promise.all(ended.map((id) => this.sessions.end(id)));
  }
}
