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

/** The distinct items of a session's steps, the latest last. */
export function distinctItems(steps: readonly Step[], times: readonly number[]): SessionItem[] {
  const items = new Map<number, SessionItem>();
  for (const [place, step] of steps.entries()) {
    const item = itemOf(step);
    const before = items.get(item);
    items.delete(item);
    items.set(item, {
      item,
      weight: Math.max(weightOf(step), before?.weight ?? 0),
      at: times[place] ?? 0,
    });
  }
  return [...items.values()];
}

/** What a session becomes one to compare with by a new item: nothing with one item, both with two, else the new one. */
export function newlyHeld(steps: readonly Step[], item: number): readonly number[] {
  let other: number | undefined;
  for (let place = 0; place < steps.length; place += 1) {
    const held = itemOf(steps[place] ?? 0);
    if (held === item || held === other) continue;
    if (other !== undefined) return [item];
    other = held;
  }
  return other === undefined ? [] : [other, item];
}

/** A product counts by the strongest interaction, noted where the session first holds it. */
export function strengthen(steps: Step[], place: number, weight: number): void {
  const step = steps[place] ?? 0;
  if (weightOf(step) < weight) steps[place] = stepOf(itemOf(step), weight);
}

/** Places the step by its time: late events find their right place. The same product twice in a row is one step. */
export function insertByTime(steps: Step[], times: number[], step: Step, at: number): void {
  let place = steps.length;
  while (place > 0 && (times[place - 1] ?? 0) > at) place -= 1;
  const before = steps[place - 1];
  if (before !== undefined && itemOf(before) === itemOf(step)) {
    strengthen(steps, place - 1, weightOf(step));
    times[place - 1] = at;
    return;
  }
  steps.splice(place, 0, step);
  times.splice(place, 0, at);
}
