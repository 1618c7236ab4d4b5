import { type ColumnReader, type ColumnWriter, Cursor } from './columns.js';
import { ItemRarity } from './item-rarity.js';
import { PostingList } from './posting-list.js';
import { RepeatHabits } from './repeat-habits.js';
import { SessionRecords } from './session-records.js';
import { itemOf, type SessionItem, StepList, stepOf, weightOf } from './session-steps.js';

/** Bounds of the {@link SessionIndex}. */
export interface SessionIndexOptions {
  /** Sessions kept per item, the most recent ones (m of VMIS-kNN). */
  readonly sessionsPerItem: number;
  /** Sessions kept in all; the one that was idle longest makes room. */
  readonly maxSessions: number;
  /** Steps kept of one session, the most recent ones. */
  readonly stepsPerSession: number;
}

export const SESSION_INDEX_DEFAULTS: SessionIndexOptions = {
  sessionsPerItem: 500,
  maxSessions: 200_000,
  stepsPerSession: 100,
};

/** A session as the index keeps it: its distinct items, the latest last. */
export interface IndexedSession {
  readonly items: readonly SessionItem[];
  readonly lastAt: number;
}

/**
 * Who looked at what, both ways: session to steps, item to the ring of its m newest sessions (the index of VMIS-kNN;
 * Kersbergen, Sprangers, Schelter: Serenade, SIGMOD 2022), updated by each interaction. Sessions live in numbered slots,
 * so that a query counts in flat arrays. A session is in the posting lists from its second distinct item on: with one it
 * has nothing to recommend.
 */
export class SessionIndex {
  readonly habits = new RepeatHabits();
  /** The sessions by their slots, for who looks at many of them. */
  readonly records = new SessionRecords();
  readonly #options: SessionIndexOptions;
  /** In order of their last interaction's arrival: the first one is idle longest. */
  readonly #slots = new Map<string, number>();
  readonly #free: number[] = [];
  readonly #postings: (PostingList | undefined)[] = [];
  readonly #rarity = new ItemRarity();
  /** The session that is being read or changed. */
  readonly #current: StepList;
  #interactions = 0;

  constructor(options: Partial<SessionIndexOptions> = {}) {
    this.#options = { ...SESSION_INDEX_DEFAULTS, ...options };
    this.#current = new StepList(this.stepsAtMost);
  }

  get size(): number {
    return this.#slots.size;
  }

  get bounds(): SessionIndexOptions {
    return this.#options;
  }

  /** Steps that a session may have, at the moment when the first of them has yet to go. */
  get stepsAtMost(): number {
    return this.#options.stepsPerSession + 1;
  }

  session(id: string): IndexedSession | undefined {
    const slot = this.#slots.get(id);
    if (slot === undefined) return undefined;
    this.records.read(slot, this.#current);
    return { items: this.#current.distinct(), lastAt: this.records.lastAt(slot) };
  }

  slotOf(id: string): number | undefined {
    return this.#slots.get(id);
  }

  /** The steps of the session in the slot, the latest last. */
  steps(slot: number): Int32Array {
    const steps = new Int32Array(this.records.length(slot));
    this.records.readSteps(slot, steps);
    return steps;
  }

  /** The distinct items of the session in the slot, in the order in which it first holds them. */
  itemsOf(slot: number): number[] {
    this.records.read(slot, this.#current);
    return this.#current.heldItems();
  }

  /** Time of the session's last step, milliseconds since the epoch. */
  lastAt(slot: number): number {
    return this.records.lastAt(slot);
  }

  /** Grows with every interaction: of two sessions the one with the larger number is the more recent. */
  recency(slot: number): number {
    return this.records.changed(slot);
  }

  /** Interactions between the change of the session and now. */
  restOf(slot: number): number {
    return this.#interactions - this.recency(slot);
  }

  /** Interactions that the index looks back on: to the change of the session idle longest. */
  get span(): number {
    const { value: idle } = this.#slots.values().next();
    return this.#interactions - (idle === undefined ? 0 : this.recency(idle));
  }

  /** The sessions that hold the item, the most recent m of them, as slots. */
  posting(item: number): PostingList | undefined {
    return this.#postings[item];
  }

  /** How many sessions hold the item. */
  holders(item: number): number {
    return this.#rarity.holders(item);
  }

  /** ln of how rare the item is among all that sessions hold; 0 for an item that none holds. */
  rarity(item: number): number {
    return this.#rarity.of(item);
  }

  /** Adds an interaction. Gives the items for which the session has become one to compare with: none, one or two. */
  add(sessionId: string, item: number, weight: number, at: number): readonly number[] {
    const slot = this.#touch(sessionId);
    const session = this.#current;
    this.records.read(slot, session);
    if (weight === 1) this.habits.learn(session, item);
    const known = session.placeOf(item);
    if (known >= 0) session.strengthen(known, weight);
    session.insert(stepOf(item, weight), at);
    const posted = known < 0 ? this.#post(slot, session.newlyHeld(item)) : [];
    if (session.length > this.#options.stepsPerSession) this.#forgetFirstStep(slot, session);
    this.records.write(slot, session);
    return posted;
  }

  /** The sessions that did something since the moment; milliseconds since the epoch. */
  *activeSince(moment: number): Generator<string> {
    for (const [id, slot] of this.#slots) if (this.lastAt(slot) >= moment) yield id;
  }

  /** Puts everything away; a step at a time. */
  *save(to: ColumnWriter): Generator<void> {
    this.habits.save(to);
    const [ids, counts] = [to.texts('sessions.ids'), to.ints('sessions.counts')];
    const [changed, steps, times] = [
      to.floats('sessions.changed'),
      to.ints('sessions.steps'),
      to.floats('sessions.times'),
    ];
    for (const [id, slot] of this.#slots) {
      ids.push(id);
      counts.push(slot);
      counts.push(this.records.length(slot));
      changed.push(this.recency(slot));
      this.records.read(slot, this.#current);
      for (let place = 0; place < this.#current.length; place += 1) {
        steps.push(this.#current.step(place));
        times.push(this.#current.time(place));
      }
      yield;
    }
    const about = to.floats('sessions.about');
    for (const count of [this.#interactions, this.#rarity.pairs, this.records.size]) about.push(count);
    const free = to.ints('sessions.free');
    for (const slot of this.#free) free.push(slot);
    const postings = to.ints('sessions.postings');
    for (const [item, posting] of this.#postings.entries()) {
      if (posting === undefined) continue;
      for (const count of [item, this.holders(item), posting.size]) postings.push(count);
      for (const slot of posting.oldestFirst()) postings.push(slot);
      yield;
    }
  }

  /** Takes in what was put away, where nothing is yet; a step at a time. */
  *load(from: ColumnReader): Generator<void> {
    this.habits.load(from);
    const about = new Cursor(from.floats('sessions.about'));
    this.#interactions = about.take();
    this.#rarity.setPairs(about.take());
    for (let slots = about.take(); slots > 0; slots -= 1) yield void this.records.add();
    const counts = new Cursor(from.ints('sessions.counts'));
    const [changed, steps] = [
      new Cursor(from.floats('sessions.changed')),
      new Cursor(from.ints('sessions.steps')),
    ];
    const times = new Cursor(from.floats('sessions.times'));
    for (const id of from.texts('sessions.ids')) {
      const [slot, length] = [counts.take(), counts.take()];
      this.#slots.set(id, slot);
      for (let place = 0; place < length; place += 1) this.#current.put(place, steps.take(), times.take());
      this.#current.length = length;
      this.records.write(slot, this.#current);
      this.records.setChanged(slot, changed.take());
      yield;
    }
    for (const slot of from.ints('sessions.free')) this.#free.push(slot);
    yield* this.#loadPostings(new Cursor(from.ints('sessions.postings')));
  }

  *#loadPostings(postings: Cursor): Generator<void> {
    while (!postings.ended) {
      const item = postings.take();
      this.#rarity.setHolders(item, postings.take());
      this.#postings[item] = PostingList.of(this.#options.sessionsPerItem, postings.many(postings.take()));
      yield;
    }
  }

  /** The session's slot, one made when it is new, as the one most recently active. */
  #touch(id: string): number {
    this.#interactions += 1;
    const known = this.#slots.get(id);
    if (known === undefined && this.#slots.size >= this.#options.maxSessions) this.#evictIdle();
    const slot = known ?? this.#free.pop() ?? this.records.add();
    if (known === undefined) this.#empty(slot);
    else this.#slots.delete(id);
    this.#slots.set(id, slot);
    this.records.setChanged(slot, this.#interactions);
    return slot;
  }

  #empty(slot: number): void {
    this.#current.length = 0;
    this.records.write(slot, this.#current);
  }

  #post(slot: number, posted: readonly number[]): readonly number[] {
    for (const held of posted) {
      const posting = this.#postings[held] ?? new PostingList(this.#options.sessionsPerItem);
      this.#postings[held] = posting;
      posting.push(slot);
      this.#rarity.change(held, 1);
    }
    return posted;
  }

  #release(slot: number, item: number): void {
    this.#postings[item]?.remove(slot);
    this.#rarity.change(item, -1);
  }

  #forgetFirstStep(slot: number, session: StepList): void {
    const first = session.shift();
    const again = session.placeOf(itemOf(first));
    if (again >= 0) {
      session.strengthen(again, weightOf(first));
      return;
    }
    this.#release(slot, itemOf(first));
    // Late events of one product can be all that is left: a session with one has nothing to recommend.
    const held = session.heldItems();
    if (held.length === 1) for (const only of held) this.#release(slot, only);
  }

  #evictIdle(): void {
    const [idle] = this.#slots;
    if (idle === undefined) return;
    const [id, slot] = idle;
    const distinct = this.itemsOf(slot);
    if (distinct.length > 1) for (const item of distinct) this.#release(slot, item);
    this.#slots.delete(id);
    this.#free.push(slot);
  }
}
