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
