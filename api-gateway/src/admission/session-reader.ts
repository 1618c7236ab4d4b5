import type { Redis } from '@vici/utils';

/** What Redis says of a login session; `unknown` when it could not be asked. */
export type SessionState = { readonly userId: string; readonly role: string } | 'ended' | 'unknown';

/**
 * Reads login sessions. Requests of one session that arrive in the same turn of the event loop ask once: the question
 * leaves at the end of the turn, when all of them are there, so that none is answered from before it came.
 */
export class SessionReader {
  readonly #asking = new Map<string, Promise<SessionState>>();

  constructor(private readonly redis: Redis) {}

  /** @throws Error when Redis does not answer */
  read(sessionId: string): Promise<SessionState> {
    const asking = this.#asking.get(sessionId);
    if (asking !== undefined) {
      return asking;
    }
    if (this.#asking.size === 0) {
      // Before the turn's commands are sent, which is when the client collects them until.
      setImmediate(() => this.#asking.clear());
    }
    const asked = this.#ask(sessionId);
    this.#asking.set(sessionId, asked);
    return asked;
  }

  async #ask(sessionId: string): Promise<SessionState> {
    const [userId, role] = await this.redis.hmget(`session:${sessionId}`, 'userId', 'role');
    return userId && role ? { userId, role } : 'ended';
  }
}
