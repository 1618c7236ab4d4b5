/**
 * A session is kept as its steps: one small integer for each product in turn, the item's number times four plus the
 * weight of the strongest interaction (1 to 3).
 */
export type Step = number;

export const stepOf = (item: number, weight: number): Step => item * 4 + weight;
export const itemOf = (step: Step): number => step >>> 2;
export const weightOf = (step: Step): number => step & 3;

/** One item of a session: its strongest interaction and the latest moment. */
export interface SessionItem {
  readonly item: number;
  readonly weight: number;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** The steps of one session, the latest last, to be read and changed. Reused: one session is taken up after the other. */
export class StepList {
  /** The first {@link length} of each are the session's. */
  readonly steps: Int32Array;
  readonly times: Float64Array;
  length = 0;

  constructor(room: number) {
    this.steps = new Int32Array(room);
    this.times = new Float64Array(room);
  }

  step(place: number): Step {
    return this.steps[place] ?? 0;
  }

  /** Milliseconds since the epoch. */
  time(place: number): number {
    return this.times[place] ?? 0;
  }

  /** The first place that holds the item, -1 where none does. */
  placeOf(item: number): number {
    for (let place = 0; place < this.length; place += 1) if (itemOf(this.step(place)) === item) return place;
    return -1;
  }

  /** The distinct items, in the order in which the session first holds them. */
  heldItems(): number[] {
    const items: number[] = [];
    for (let place = 0; place < this.length; place += 1) {
      const item = itemOf(this.step(place));
      if (this.placeOf(item) === place) items.push(item);
    }
    return items;
  }

  /** The distinct items, the latest last. */
  distinct(): SessionItem[] {
    const items = new Map<number, SessionItem>();
    for (let place = 0; place < this.length; place += 1) {
      const step = this.step(place);
      const item = itemOf(step);
      const weight = Math.max(weightOf(step), items.get(item)?.weight ?? 0);
      items.delete(item);
      items.set(item, { item, weight, at: this.time(place) });
    }
    return [...items.values()];
  }

  /** What a session becomes one to compare with by a new item: nothing with one item, both with two, else the new one. */
  newlyHeld(item: number): readonly number[] {
    let other: number | undefined;
    for (let place = 0; place < this.length; place += 1) {
      const held = itemOf(this.step(place));
      if (held === item || held === other) continue;
      if (other !== undefined) return [item];
      other = held;
    }
    return other === undefined ? [] : [other, item];
  }

  /** A product counts by the strongest interaction, noted where the session first holds it. */
  strengthen(place: number, weight: number): void {
    const step = this.step(place);
    if (weightOf(step) < weight) this.steps[place] = stepOf(itemOf(step), weight);
  }

  /** Places the step by its time: late events find their right place. The same product twice in a row is one step. */
  insert(step: Step, at: number): void {
    let place = this.length;
    while (place > 0 && this.time(place - 1) > at) place -= 1;
    if (place > 0 && itemOf(this.step(place - 1)) === itemOf(step)) {
      this.strengthen(place - 1, weightOf(step));
      this.times[place - 1] = at;
      return;
    }
    if (place < this.length) this.#move(place, place + 1);
    this.put(place, step, at);
    this.length += 1;
  }

  /** Takes the first step out and gives it. */
  shift(): Step {
    const first = this.step(0);
    this.#move(1, 0);
    this.length -= 1;
    return first;
  }

  put(place: number, step: Step, at: number): void {
    this.steps[place] = step;
    this.times[place] = at;
  }

  #move(from: number, to: number): void {
    this.steps.copyWithin(to, from, this.length);
    this.times.copyWithin(to, from, this.length);
  }
}
