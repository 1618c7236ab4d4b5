import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SessionBlend } from './session-blend.js';
import { SessionIndex } from './session-index.js';

const BOUNDS = { sessionsPerItem: 4, maxSessions: 6, stepsPerSession: 40 };
const ITEMS = 12;
const NEIGHBOURS = 3;
const LIMIT = 5;

interface Did {
  readonly session: string;
  readonly item: number;
  readonly weight: number;
  /** How much later than it happened it is told. */
  readonly late: number;
}

interface PlainStep {
  readonly item: number;
  weight: number;
  at: number;
}

interface PlainSession {
  readonly steps: PlainStep[];
  changed: number;
}

const did: fc.Arbitrary<Did> = fc.record({
  session: fc.constantFrom('1', '2', '3', '4', '5', '6', '7', '8'),
  item: fc.nat({ max: ITEMS - 1 }),
  weight: fc.integer({ min: 1, max: 3 }),
  late: fc.oneof(fc.constant(0), fc.nat({ max: 20 })),
});

const distinct = (steps: readonly PlainStep[]) => [...new Set(steps.map(({ item }) => item))];

/** The index as one would write it without a thought for time: lists of objects, searched from end to end. */
class PlainIndex {
  readonly sessions = new Map<string, PlainSession>();
  /** By item the sessions that hold it, as they came to hold it. */
  readonly postings = Array.from({ length: ITEMS }, (): string[] => []);
  readonly holders = Array.from({ length: ITEMS }, () => 0);
  interactions = 0;

  add({ session: id, item, weight }: Did, at: number): void {
    this.interactions += 1;
    const known = this.sessions.get(id);
    if (known === undefined && this.sessions.size >= BOUNDS.maxSessions) this.#evict();
    const session = known ?? { steps: [], changed: 0 };
    this.sessions.delete(id);
    this.sessions.set(id, session);
    session.changed = this.interactions;
    const before = distinct(session.steps);
    this.#step(session.steps, { item, weight, at });
    if (!before.includes(item) && before.length > 0) {
      this.#post(id, before.length === 1 ? [...before, item] : [item]);
    }
    if (session.steps.length > BOUNDS.stepsPerSession) this.#forget(id, session.steps);
  }

  recent(item: number): string[] {
    return (this.postings[item] ?? []).slice(-BOUNDS.sessionsPerItem);
  }

  rarity(item: number): number {
    const holders = this.holders[item] ?? 0;
    const pairs = this.holders.reduce((sum, count) => sum + count, 0);
    return holders === 0 ? 0 : Math.log(pairs) - Math.log(holders);
  }

  #step(steps: PlainStep[], step: PlainStep): void {
    const first = steps.find(({ item }) => item === step.item);
    if (first !== undefined) first.weight = Math.max(first.weight, step.weight);
    const before = steps.findLastIndex(({ at }) => at <= step.at);
    const previous = steps[before];
    if (previous?.item === step.item) {
      previous.weight = Math.max(previous.weight, step.weight);
      previous.at = step.at;
    } else {
      steps.splice(before + 1, 0, step);
    }
  }

  #post(id: string, items: readonly number[]): void {
    for (const item of items) {
      this.postings[item] = [...this.recent(item), id];
      this.holders[item] = (this.holders[item] ?? 0) + 1;
    }
  }

  #release(id: string, item: number): void {
    this.postings[item] = this.recent(item).filter((one) => one !== id);
    this.holders[item] = (this.holders[item] ?? 0) - 1;
  }

  #forget(id: string, steps: PlainStep[]): void {
    const [first] = steps.splice(0, 1);
    if (first === undefined) return;
    const again = steps.find(({ item }) => item === first.item);
    if (again === undefined) this.#release(id, first.item);
    else again.weight = Math.max(again.weight, first.weight);
  }

  #evict(): void {
    const [[id, session] = ['', undefined]] = this.sessions;
    const held = distinct(session?.steps ?? []);
    if (held.length > 1) for (const item of held) this.#release(id, item);
    this.sessions.delete(id);
  }
}

type Scores = Map<number, number>;

function add(scores: Scores, item: number, amount: number): void {
  scores.set(item, (scores.get(item) ?? 0) + amount);
}

/** The blend that ships, written down formula by formula. */
class PlainBlend {
  readonly #index: PlainIndex;

  constructor(index: PlainIndex) {
    this.#index = index;
  }

  recommend(items: readonly PlainStep[], own: string) {
    const total: Scores = new Map();
    const known = new Set(items.map(({ item }) => item));
    this.#mix(total, 0.75, this.#neighbours(items, own), known);
    this.#mix(total, 0.25, this.#rules(items, own), known);
    if (total.size < LIMIT) this.#walk(total, known);
    return best(total).slice(0, LIMIT);
  }

  #mix(total: Scores, share: number, part: Scores, known: ReadonlySet<number>): void {
    let sum = 0;
    for (const [item, score] of part) if (!known.has(item)) sum += score;
    for (const [item, score] of part) if (!known.has(item)) add(total, item, (share * score) / sum);
  }

  #neighbours(items: readonly PlainStep[], own: string): Scores {
    const recent = items.slice(-10).reverse();
    const votes = new Map<string, number>();
    for (const [back, { item, weight }] of recent.entries()) {
      const vote = weight * Math.exp(-back / 6) * this.#index.rarity(item);
      for (const id of this.#index.recent(item)) {
        if (id !== own && vote !== 0) votes.set(id, (votes.get(id) ?? 0) + vote);
      }
    }
    const [idle] = this.#index.sessions.values();
    const span = this.#index.interactions - (idle?.changed ?? 0);
    const fading = 1 / (0.7 * Math.max(1, span));
    const neighbours = [...votes].map(([id, vote]) => {
      const { steps, changed } = this.#index.sessions.get(id) ?? { steps: [], changed: 0 };
      const likeness = Math.exp(-(this.#index.interactions - changed) * fading) * steps.length ** -0.3;
      return { steps, changed, vote: vote * likeness };
    });
    neighbours.sort((a, b) => b.vote - a.vote || b.changed - a.changed);
    const scores: Scores = new Map();
    for (const { steps, vote } of neighbours.slice(0, NEIGHBOURS)) this.#hear(steps, vote, recent, scores);
    return scores;
  }

  #hear(steps: readonly PlainStep[], vote: number, recent: readonly PlainStep[], scores: Scores): void {
    const back = recent.findIndex(({ item }) => steps.some((step) => step.item === item));
    const matched = steps.findLastIndex(({ item }) => item === recent[back]?.item);
    for (const [place, { item, weight }] of steps.entries()) {
      if (steps.findIndex((step) => step.item === item) < place) continue;
      const distance = place > matched ? place - matched - 1 : matched - place;
      const near = Math.exp(-distance / 10);
      add(scores, item, vote * Math.exp(-back / 4) * weight * near * this.#index.rarity(item));
    }
  }

  #rules(items: readonly PlainStep[], own: string): Scores {
    const scores: Scores = new Map();
    for (const [back, { item }] of items.slice(-2).reverse().entries()) {
      for (const id of this.#index.recent(item).reverse()) {
        const steps = this.#index.sessions.get(id)?.steps ?? [];
        for (const [place, step] of steps.entries()) {
          if (id === own || step.item !== item) continue;
          for (const direction of [1, -1]) {
            for (let far = 1; far <= 10; far += 1) {
              const other = steps[place + direction * far];
              if (other === undefined || other.item === item) break;
              add(scores, other.item, (0.5 ** back * other.weight) / far);
            }
          }
        }
      }
    }
    return scores;
  }

  #walk(total: Scores, known: ReadonlySet<number>): void {
    const before = new Map(total);
    const least = Math.min(...before.values());
    const found: Scores = new Map();
    for (const { item: start, score } of best(before).slice(0, 10)) {
      const sessions = this.#index.recent(start).reverse();
      for (const id of sessions) {
        const steps = this.#index.sessions.get(id)?.steps ?? [];
        const at = steps.findIndex(({ item }) => item === start);
        for (const [place, { item }] of steps.entries()) {
          if (item === start || before.has(item) || known.has(item)) continue;
          add(found, item, score / sessions.length / Math.abs(place - at));
        }
      }
    }
    const most = Math.max(...found.values());
    for (const [item, score] of found) add(total, item, (score / most) * least * 0.99);
  }
}

function best(scores: Scores) {
  const all = [...scores].map(([item, score]) => ({ item, score }));
  return all.sort((a, b) => b.score - a.score || a.item - b.item);
}

function learn(events: readonly Did[]): { index: SessionIndex; plain: PlainIndex } {
  const [index, plain] = [new SessionIndex(BOUNDS), new PlainIndex()];
  for (const [moment, event] of events.entries()) {
    const at = 1_000 + moment - event.late;
    index.add(event.session, event.item, event.weight, at);
    plain.add(event, at);
  }
  return { index, plain };
}

/** Sessions short and long, told in order and late, more of them than the index keeps. */
const histories = fc.oneof(
  fc.array(did, { maxLength: 100 }),
  fc.array(did, { minLength: 200, maxLength: 400 }),
);

describe('the index of sessions, whatever has happened', () => {
  it('holds what a plain one holds', () => {
    fc.assert(
      fc.property(histories, (events) => {
        const { index, plain } = learn(events);
        const idOf = (slot: number) => [...plain.sessions.keys()].find((id) => index.slotOf(id) === slot);
        expect(index.size).toBe(plain.sessions.size);
        for (const [id, { steps, changed }] of plain.sessions) {
          const slot = index.slotOf(id) ?? -1;
          expect([...index.steps(slot)]).toEqual(steps.map(({ item, weight }) => item * 4 + weight));
          expect([index.recency(slot), index.lastAt(slot)]).toEqual([changed, steps.at(-1)?.at]);
          const items = [...new Set(steps.toReversed().map(({ item }) => item))].reverse();
          expect(index.session(id)?.items.map(({ item }) => item)).toEqual(items);
        }
        for (let item = 0; item < ITEMS; item += 1) {
          const posted = [...(index.posting(item)?.oldestFirst() ?? [])].map(idOf);
          expect(posted).toEqual(plain.recent(item));
          expect([index.holders(item), index.rarity(item)]).toEqual([
            plain.holders[item],
            plain.rarity(item),
          ]);
        }
      }),
      { numRuns: 100 },
    );
  });

  it('predicts what the formulas give, to the last digit, for every session', () => {
    fc.assert(
      fc.property(histories, (events) => {
        const { index, plain } = learn(events);
        const blend = new SessionBlend(index, { neighbours: NEIGHBOURS });
        for (const id of plain.sessions.keys()) {
          const items = index.session(id)?.items ?? [];
          const found = blend.recommend({ items, own: id, limit: LIMIT, accepts: () => true });
          expect(found).toEqual(new PlainBlend(plain).recommend(items, id));
        }
      }),
      { numRuns: 100 },
    );
  });
});
