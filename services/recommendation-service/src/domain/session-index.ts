import { decayed } from './interaction.js';
import { PostingList } from './posting-list.js';
import { SparseScores } from './sparse-scores.js';
import { type ScoredItem, type TieBreak, TopK } from './top-k.js';

/** Bounds and decay of the {@link SessionIndex}. */
export interface SessionIndexOptions {
  /** Sessions kept per item, the most recent ones (m of the paper). */
  readonly sessionsPerItem: number;
  /** Neighbours that vote (k of the paper). */
  readonly neighbours: number;
  /** Items of the current session that are looked at, the most recent ones. */
  readonly queryItems: number;
  /** Sessions kept in all; the one that was idle longest makes room. */
  readonly maxSessions: number;
  /** Distinct items kept of one session, the most recent ones. */
  readonly itemsPerSession: number;
  /** After this many milliseconds of rest a neighbour's vote counts half. */
  readonly halfLifeMs: number;
}

export const SESSION_INDEX_DEFAULTS: SessionIndexOptions = {
  sessionsPerItem: 500,
  neighbours: 100,
  queryItems: 10,
  maxSessions: 200_000,
  itemsPerSession: 100,
  halfLifeMs: 14 * 86_400_000,
};

/** One item of a session: its strongest interaction and the latest moment. */
export interface SessionItem {
  readonly item: number;
  readonly weight: number;
  readonly at: number;
}

/** A session as the index keeps it: its distinct items, the latest last. */
export interface IndexedSession {
  readonly number: number;
  readonly items: readonly SessionItem[];
  readonly lastAt: number;
}

/** What is asked of the index. */
export interface SessionQuery {
  /** The current session, the latest item last. */
  readonly items: readonly SessionItem[];
  /** Id of the current session, which is not its own neighbour. */
  readonly own?: string | undefined;
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly limit: number;
  /** How many of the latest items are looked at, where it is not the index's own number. */
  readonly queryItems?: number;
  readonly accepts: (item: number) => boolean;
}

interface Session extends IndexedSession {
  readonly id: string;
  items: SessionItem[];
  lastAt: number;
}

/** How much the neighbour's vote keeps when the latest item it shares is `back` places before the newest (0). */
const MATCH_LOSS_PER_PLACE = 0.1;

/**
 * Session-based recommendations from the most similar other sessions: vector multiplication indexed session kNN
 * (VMIS-kNN; Kersbergen, Sprangers, Schelter: Serenade, SIGMOD 2022), made incremental: each interaction updates the
 * index at once. Deviations: votes fade with the age of the neighbour, an item counts by the strongest interaction, and
 * the inverse frequency is 1 + ln(H/h) so that an item that every session holds still has a score.
 */
export class SessionIndex {
  readonly #options: SessionIndexOptions;
  readonly #tieBreak: TieBreak | undefined;
  /** In order of their last interaction's arrival: the first one is idle longest. */
  readonly #sessions = new Map<string, Session>();
  readonly #byNumber = new Map<number, Session>();
  readonly #postings = new Map<number, PostingList>();
  readonly #holders = new Map<number, number>();
  readonly #scores = new SparseScores();
  #nextNumber = 0;
  #neighbourCapable = 0;

  constructor(options: Partial<SessionIndexOptions> = {}, tieBreak?: TieBreak) {
    this.#options = { ...SESSION_INDEX_DEFAULTS, ...options };
    this.#tieBreak = tieBreak;
  }

  get size(): number {
    return this.#sessions.size;
  }

  session(id: string): IndexedSession | undefined {
    return this.#sessions.get(id);
  }

  /** The sessions that hold the item, the most recent first, at most m of them. */
  *sessionsWith(item: number): Generator<IndexedSession> {
    const posting = this.#postings.get(item);
    for (let back = 0; posting !== undefined && back < posting.size; back += 1) {
      const session = this.#byNumber.get(posting.at(back));
      if (session !== undefined) yield session;
    }
  }

  /** Adds an interaction. Gives the items for which the session has become one to compare with: none, one or two. */
  add(sessionId: string, item: number, weight: number, at: number): readonly number[] {
    const session = this.#touch(sessionId);
    const before = session.items.find((known) => known.item === item);
    insertByTime(session.items, {
      item,
      weight: Math.max(weight, before?.weight ?? 0),
      at: Math.max(at, before?.at ?? 0),
    });
    session.lastAt = Math.max(session.lastAt, at);
    if (before !== undefined) return [];
    const posted = this.#post(session, item);
    if (session.items.length > this.#options.itemsPerSession) this.#forgetOldestItem(session);
    return posted;
  }

  /** What sessions like the given one went on with, best first; never an item of it. */
  recommend(query: SessionQuery): ScoredItem[] {
    const recent = query.items.slice(-(query.queryItems ?? this.#options.queryItems));
    const known = new Set(query.items.map(({ item }) => item));
    const best = new TopK(query.limit, this.#tieBreak);
    for (const { item: number, score } of this.#neighbours(recent, query)) {
      for (const { item, weight } of this.#byNumber.get(number)?.items ?? []) {
        if (!known.has(item)) this.#scores.add(item, score * weight * this.#inverseFrequency(item));
      }
    }
    for (const item of this.#scores.touched) {
      if (query.accepts(item)) best.offer(item, this.#scores.get(item));
    }
    this.#scores.clear();
    return best.sorted();
  }

  #neighbours(recent: readonly SessionItem[], { own, now }: SessionQuery): ScoredItem[] {
    const ownNumber = own === undefined ? undefined : this.#sessions.get(own)?.number;
    const votes = new Map<number, { similarity: number; back: number }>();
    recent.toReversed().forEach(({ item, weight }, back) => {
      const similarity = (weight * (recent.length - back)) / recent.length;
      const posting = this.#postings.get(item);
      for (let i = 0; posting !== undefined && i < posting.size; i += 1) {
        const number = posting.at(i);
        const vote = votes.get(number);
        if (vote !== undefined) vote.similarity += similarity;
        else if (number !== ownNumber) votes.set(number, { similarity, back });
      }
    });
    const best = new TopK(this.#options.neighbours, (a, b) => b - a);
    for (const [number, { similarity, back }] of votes) {
      const session = this.#byNumber.get(number);
      if (session === undefined) continue;
      const match = Math.max(MATCH_LOSS_PER_PLACE, 1 - MATCH_LOSS_PER_PLACE * back);
      best.offer(number, decayed(similarity * match, now - session.lastAt, this.#options.halfLifeMs));
    }
    return best.sorted();
  }

  #inverseFrequency(item: number): number {
    const holders = this.#holders.get(item) ?? 0;
    return holders === 0 ? 1 : 1 + Math.log(this.#neighbourCapable / holders);
  }

  /** The session, made when new, as the one most recently active. */
  #touch(id: string): Session {
    const known = this.#sessions.get(id);
    if (known !== undefined) {
      this.#sessions.delete(id);
      this.#sessions.set(id, known);
      return known;
    }
    const session: Session = { id, number: this.#nextNumber, items: [], lastAt: 0 };
    this.#nextNumber += 1;
    this.#sessions.set(id, session);
    this.#byNumber.set(session.number, session);
    if (this.#sessions.size > this.#options.maxSessions) this.#evictOldest();
    return session;
  }

  /** A session is a neighbour from its second distinct item on: with one it has nothing to recommend. */
  #post(session: Session, item: number): readonly number[] {
    if (session.items.length < 2) return [];
    const posted = session.items.length === 2 ? session.items.map((held) => held.item) : [item];
    if (session.items.length === 2) this.#neighbourCapable += 1;
    for (const held of posted) this.#hold(session, held);
    return posted;
  }

  #hold(session: Session, item: number): void {
    const posting = this.#postings.get(item) ?? new PostingList(this.#options.sessionsPerItem);
    this.#postings.set(item, posting);
    posting.push(session.number);
    this.#holders.set(item, (this.#holders.get(item) ?? 0) + 1);
  }

  #release(item: number): void {
    this.#holders.set(item, Math.max(0, (this.#holders.get(item) ?? 0) - 1));
  }

  #forgetOldestItem(session: Session): void {
    const oldest = session.items.shift();
    if (oldest !== undefined) this.#release(oldest.item);
  }

  #evictOldest(): void {
    const [oldest] = this.#sessions.values();
    if (oldest === undefined) return;
    this.#sessions.delete(oldest.id);
    this.#byNumber.delete(oldest.number);
    if (oldest.items.length < 2) return;
    this.#neighbourCapable -= 1;
    for (const { item } of oldest.items) this.#release(item);
  }
}

/** Places the item by its time, taking it from where it was; late events find their right place. */
function insertByTime(items: SessionItem[], added: SessionItem): void {
  const before = items.findIndex(({ item }) => item === added.item);
  if (before >= 0) items.splice(before, 1);
  let place = items.length;
  while (place > 0 && (items[place - 1]?.at ?? 0) > added.at) place -= 1;
  items.splice(place, 0, added);
}
