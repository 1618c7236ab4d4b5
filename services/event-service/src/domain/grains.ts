/** The lengths of the spans that figures are summed over. */
export const GRAINS = { quarter: 0, day: 1, month: 2 } as const;

const QUARTER_MS = 900_000;
const DAY_MS = 86_400_000;

/** Spans of one grain from one moment to another, in epoch milliseconds, both on its boundary. */
export interface Span {
  readonly grain: number;
  readonly from: number;
  readonly to: number;
}

/** The quarter of an hour a moment lies in. */
export function quarterOf(time: number): number {
  return time - (((time % QUARTER_MS) + QUARTER_MS) % QUARTER_MS);
}

/**
 * A range as few spans: whole UTC months, the whole days beside them, the quarters of an hour beside those.
 * @param from milliseconds since the epoch, on a quarter of an hour, as is `to`
 * @param coarsest the longest spans that may be in it
 */
export function spansOf(from: number, to: number, coarsest: number = GRAINS.month): Span[] {
  if (coarsest === GRAINS.quarter) return spans(GRAINS.quarter, from, to);
  const days = { from: dayFrom(from), to: dayOf(to) };
  if (days.from >= days.to) return spans(GRAINS.quarter, from, to);
  const months = { from: monthFrom(days.from), to: monthOf(days.to) };
  const inside =
    coarsest === GRAINS.day || months.from >= months.to
      ? spans(GRAINS.day, days.from, days.to)
      : [
          ...spans(GRAINS.day, days.from, months.from),
          ...spans(GRAINS.month, months.from, months.to),
          ...spans(GRAINS.day, months.to, days.to),
        ];
  return [...spans(GRAINS.quarter, from, days.from), ...inside, ...spans(GRAINS.quarter, days.to, to)];
}

function spans(grain: number, from: number, to: number): Span[] {
  return from < to ? [{ grain, from, to }] : [];
}

function dayOf(time: number): number {
  return time - (((time % DAY_MS) + DAY_MS) % DAY_MS);
}

function dayFrom(time: number): number {
  return dayOf(time + DAY_MS - 1);
}

/** The UTC month a moment lies in. */
export function monthOf(time: number): number {
  const date = new Date(time);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth());
}

function monthFrom(time: number): number {
  const start = monthOf(time);
  if (start === time) return start;
  const date = new Date(time);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1);
}
