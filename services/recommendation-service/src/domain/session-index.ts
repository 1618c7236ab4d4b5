import { type ColumnReader, type ColumnWriter, Cursor } from './columns.js';
import { PostingList } from './posting-list.js';
import { RepeatHabits } from './repeat-habits.js';
import {
  distinctItems,
  insertByTime,
  itemOf,
  newlyHeld,
  type SessionItem,
  type Step,
  stepOf,
  strengthen,
  weightOf,
} from './session-steps.js';

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

const NO_STEPS: readonly Step[] = [];

/**
 * Who looked at what, both ways: session to steps, item to the ring of its m newest sessions (the index of VMIS-kNN;
 * Kersbergen, Sprangers, Schelter: Serenade, SIGMOD 2022), updated by each interaction. Sessions live in numbered slots,
 * so that a query counts in flat arrays. A session is in the posting lists from its second distinct item on: with one it
 * has nothing to recommend.
 */
export class SessionIndex {
  readonly habits = new RepeatHabits();
  readonly #options: SessionIndexOptions;
  /** In order of their last interaction's arrival: the first one is idle longest. */
  readonly #slots = new Map<string, number>();
  readonly #steps: Step[][] = [];
  readonly #times: number[][] = [];
  /** Steps of the slot, beside them: looked at far more often than they are. */
  readonly #lengths: number[] = [];
  /** When, counted in interactions, the slot's session last changed. */
  readonly #changed: number[] = [];
  readonly #free: number[] = [];
  readonly #postings: (PostingList | undefined)[] = [];
  readonly #holders: number[] = [];
  /** Logarithms of the numbers of holders, and of all pairs: asked for far more often than they change. */
  readonly #logHolders: (number | undefined)[] = [];
  #logPairs: number | undefined;
  #interactions = 0;
  #pairs = 0;

  constructor(options: Partial<SessionIndexOptions> = {}) {
    this.#options = { ...SESSION_INDEX_DEFAULTS, ...options };
  }

  get size(): number {
    return this.#slots.size;
  }

  get bounds(): SessionIndexOptions {
    return this.#options;
  }

  session(id: string): IndexedSession | undefined {
    const slot = this.#slots.get(id);
    if (slot === undefined) return undefined;
    const times = this.#times[slot] ?? [];
    return { items: distinctItems(this.steps(slot), times), lastAt: times.at(-1) ?? 0 };
  }

  slotOf(id: string): number | undefined {
    return this.#slots.get(id);
  }

  /** The steps of the session in the slot, the latest last. */
  steps(slot: number): readonly Step[] {
    return this.#steps[slot] ?? NO_STEPS;
  }

  /** How many steps the session in the slot has. */
  lengthOf(slot: number): number {
    return this.#lengths[slot] ?? 0;
  }

  /** Time of the session's last step, milliseconds since the epoch. */
  lastAt(slot: number): number {
    return this.#times[slot]?.at(-1) ?? 0;
  }

  /** Grows with every interaction: of two sessions the one with the larger number is the more recent. */
  recency(slot: number): number {
    return this.#changed[slot] ?? 0;
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
    return this.#holders[item] ?? 0;
  }

  /** ln of how rare the item is among all that sessions hold; 0 for an item that none holds. */
  rarity(item: number): number {
    const logHolders = this.#logHolders[item];
    if (logHolders === undefined) return 0;
    if (this.#logPairs === undefined) this.#logPairs = Math.log(this.#pairs);
    return this.#logPairs - logHolders;
  }

  /** Adds an interaction. Gives the items for which the session has become one to compare with: none, one or two. */
  add(sessionId: string, item: number, weight: number, at: number): readonly number[] {
    const slot = this.#touch(sessionId);
    const steps = this.#steps[slot] ?? [];
    const times = this.#times[slot] ?? [];
    if (weight === 1) this.habits.learn(steps, item);
    const known = steps.findIndex((step) => itemOf(step) === item);
    if (known >= 0) strengthen(steps, known, weight);
    insertByTime(steps, times, stepOf(item, weight), at);
    const posted = known < 0 ? this.#post(slot, steps, item) : [];
    if (steps.length > this.#options.stepsPerSession) this.#forgetFirstStep(slot, steps, times);
    this.#lengths[slot] = steps.length;
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
      counts.push(this.lengthOf(slot));
      changed.push(this.recency(slot));
      for (const step of this.steps(slot)) steps.push(step);
      for (const time of this.#times[slot] ?? []) times.push(time);
      yield;
    }
    const about = to.floats('sessions.about');
    for (const count of [this.#interactions, this.#pairs, this.#steps.length]) about.push(count);
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
    [this.#interactions, this.#pairs] = [about.take(), about.take()];
    const slots = about.take();
    for (let slot = 0; slot < slots; slot += 1) this.#reset(slot);
    const counts = new Cursor(from.ints('sessions.counts'));
    const [changed, steps] = [
      new Cursor(from.floats('sessions.changed')),
      new Cursor(from.ints('sessions.steps')),
    ];
    const times = new Cursor(from.floats('sessions.times'));
    for (const id of from.texts('sessions.ids')) {
      const [slot, length] = [counts.take(), counts.take()];
      this.#slots.set(id, slot);
      this.#steps[slot] = steps.many(length);
      this.#times[slot] = times.many(length);
      this.#lengths[slot] = length;
      this.#changed[slot] = changed.take();
      yield;
    }
    for (const slot of from.ints('sessions.free')) this.#free.push(slot);
    yield* this.#loadPostings(new Cursor(from.ints('sessions.postings')));
  }

  *#loadPostings(postings: Cursor): Generator<void> {
    while (!postings.ended) {
      const item = postings.take();
      this.#hold(item, postings.take());
      this.#postings[item] = PostingList.of(this.#options.sessionsPerItem, postings.many(postings.take()));
      yield;
    }
  }

  #reset(slot: number): void {
    this.#steps[slot] = [];
    this.#times[slot] = [];
    this.#lengths[slot] = 0;
    this.#changed[slot] = 0;
  }

  /** The session's slot, one made when it is new, as the one most recently active. */
  #touch(id: string): number {
    this.#interactions += 1;
    const known = this.#slots.get(id);
    if (known === undefined && this.#slots.size >= this.#options.maxSessions) this.#evictIdle();
    const slot = known ?? this.#free.pop() ?? this.#steps.length;
    if (known === undefined) {
      this.#steps[slot] = [];
      this.#times[slot] = [];
    } else {
      this.#slots.delete(id);
    }
    this.#slots.set(id, slot);
    this.#changed[slot] = this.#interactions;
    return slot;
  }

  #post(slot: number, steps: readonly Step[], item: number): readonly number[] {
    const posted = newlyHeld(steps, item);
    for (const held of posted) {
      const posting = this.#postings[held] ?? new PostingList(this.#options.sessionsPerItem);
      this.#postings[held] = posting;
      posting.push(slot);
      this.#hold(held, this.holders(held) + 1);
    }
    this.#pairs += posted.length;
    this.#logPairs = undefined;
    return posted;
  }

  #release(slot: number, item: number): void {
    this.#postings[item]?.remove(slot);
    this.#hold(item, Math.max(0, this.holders(item) - 1));
    this.#pairs -= 1;
    this.#logPairs = undefined;
  }

  #hold(item: number, holders: number): void {
    this.#holders[item] = holders;
    this.#logHolders[item] = holders === 0 ? undefined : Math.log(holders);
  }

  #forgetFirstStep(slot: number, steps: Step[], times: number[]): void {
    const [first] = steps.splice(0, 1);
    times.splice(0, 1);
    if (first === undefined) return;
    const item = itemOf(first);
    const again = steps.findIndex((step) => itemOf(step) === item);
    if (again >= 0) strengthen(steps, again, weightOf(first));
    else this.#release(slot, item);
  }

  #evictIdle(): void {
    const [idle] = this.#slots;
    if (idle === undefined) return;
    const [id, slot] = idle;
    const distinct = new Set(this.steps(slot).map(itemOf));
    if (distinct.size > 1) for (const item of distinct) this.#release(slot, item);
    this.#slots.delete(id);
    this.#free.push(slot);
  }
}
