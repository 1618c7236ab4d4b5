import type { BehaviourEvent } from './check-event.js';
import type { Origin } from './submitted-event.js';

/** The behaviour events of the shop. */
export abstract class EventArchive {
  /**
   * Remembers the ids, in the current transaction; gives those that were not known. Somebody who remembers the same
   * ids at this moment is waited for.
   */
  abstract rememberNew(ids: readonly string[], receivedAt: Date): Promise<ReadonlySet<string>>;
  abstract store(events: readonly BehaviourEvent[], origin: Origin, receivedAt: Date): Promise<void>;
}

/** Which users were seen in which sessions. */
export abstract class SessionLinks {
  /** Links a session with a user; sign-ins may be told in any order, and more than once. */
  abstract link(sessionId: string, userId: string, at: Date): Promise<void>;
}
