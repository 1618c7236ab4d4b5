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
   * @returns how many have ended
   */
  async endAll(userId: string, keep?: string): Promise<number> {
    const ended = await this.records.deleteAll(userId, keep);
    await Promise.all(ended.map((id) => this.sessions.end(userId, id)));
    return ended.length;
  }

  /**
   * Makes every access token of the account worth nothing; its sessions go on with the next refresh, which reads the
   * account anew. The way to a new role: a failed commit has taken something away for a moment, and given nothing.
   */
  async voidTokens(userId: string): Promise<void> {
    const ids = await this.records.lockAll(userId);
    await Promise.all(ids.map((id) => this.sessions.end(userId, id)));
  }
}
