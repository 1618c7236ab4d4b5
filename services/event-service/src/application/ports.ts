import type { BehaviourEvent } from './check-event.js';

/** Ids claimed for one publication. They count as known once it is confirmed. */
export interface Claim {
  readonly token: string;
  /** The ids that were not known. */
  readonly fresh: ReadonlySet<string>;
}

/** Which ids of events are known, for as long as an event may be sent again. */
export abstract class KnownEvents {
  /**
   * Claims those of the ids that nobody has published, so that nobody else publishes them meanwhile. An id somebody is
   * publishing at this moment is waited for. A claim that is never confirmed runs out by itself.
   * @throws Error when it cannot be told, DomainError SERVICE_UNAVAILABLE when the other one takes too long
   */
  abstract claim(ids: readonly string[]): Promise<Claim>;
  /** Makes the claimed ids known. */
  abstract confirm(token: string): Promise<void>;
  /** Gives the claim up: its ids are as new as before. */
  abstract abandon(token: string): Promise<void>;
}

/** The bus behind the shop. */
export abstract class EventStream {
  /** Puts each event on its topics, all of them or none; durable when resolved. Rejects while the bus is away. */
  abstract publish(events: readonly BehaviourEvent[]): Promise<void>;
}

/** Events that were accepted and not published yet, and the claim under which they are new. */
export interface SpooledBatch {
  readonly events: readonly BehaviourEvent[];
  /** Absent: nobody could be asked whether they are new. */
  readonly token?: string | undefined;
}

/** Keeps events on this machine's disk while the bus is away, in order. */
export abstract class EventSpool {
  /** Whether anything waits, or is just being added. */
  abstract get isEmpty(): boolean;
  /** Bytes that wait. */
  abstract get size(): number;
  /** On disk when resolved. @throws DomainError SERVICE_UNAVAILABLE with `retryAfterSeconds` when it is full or there is none */
  abstract add(batch: SpooledBatch): Promise<void>;
  /** The batch that waits for longest. */
  abstract peek(): Promise<SpooledBatch | undefined>;
  /** Lets go of the batch that `peek` gave. */
  abstract shift(): Promise<void>;
}

/** The behaviour events of the shop. */
export abstract class EventArchive {
  /** Makes the days of the events where they are missing, before the transaction that stores them. */
  abstract makeRoomFor(events: readonly BehaviourEvent[]): Promise<void>;
  /**
   * Stores those of the events, each id once, that are not stored yet, in the current transaction; returns their ids.
   * Nobody else stores anything before it ends.
   */
  abstract store(events: readonly BehaviourEvent[]): Promise<ReadonlySet<string>>;
}

/** Which ids of events Vici derives from others are taken. */
export abstract class DerivedIds {
  /** Takes the ids, in the current transaction; gives those nobody had taken. */
  abstract take(ids: readonly string[], at: Date): Promise<ReadonlySet<string>>;
}

/** Which users were seen in which sessions. */
export abstract class SessionLinks {
  /** Links a session with a user; sign-ins may be told in any order, and more than once. */
  abstract link(sessionId: string, userId: string, at: Date): Promise<void>;
}

/** What is kept of a person. */
export abstract class PersonalTraces {
  /** Deletes a user's events, those of visits that only this user signed in from, and what is known of these visits. */
  abstract erase(userId: string): Promise<number>;
}

/** From where sessions were seen. */
export abstract class SessionOrigins {
  /** Takes note, soon: nobody waits for it. `agent` is the family of the browser. */
  abstract note(sessionIds: Iterable<string>, network: string | undefined, agent: string | undefined): void;
}

/** What a user agent says of its sender. */
export interface Agent {
  /** Such as "Chrome on Android"; absent when it says nothing known. */
  readonly family?: string | undefined;
  /** Says of itself that it is a program. */
  readonly isBot: boolean;
}

/** Reads user agents. */
export abstract class UserAgents {
  abstract read(userAgent: string | undefined): Agent;
}
