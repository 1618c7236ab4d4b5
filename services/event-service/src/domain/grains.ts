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

/** Spans that are added to a sum (1) or taken off it (-1). */
export interface SignedSpan extends Span {
  readonly sign: 1 | -1;
}

/** About how many rows a millisecond of each grain has, beside each other: in longer spans more keys come again. */
const ROWS: readonly number[] = [1 / QUARTER_MS, 32 / DAY_MS, 2 / DAY_MS];

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

/**
 * A range as spans that add up to it and have few rows: where most of a month or a day is in the range, that one is added as
 * a whole and the rest of it taken off. Only sums may be read so.
 * @param from milliseconds since the epoch, on a quarter of an hour, as is `to`
 * @param now there is hardly anything to read after it
 * @param coarsest the longest spans that may be in it
 */
export function sumOf(from: number, to: number, now: number, coarsest: number = GRAINS.month): SignedSpan[] {
  const rows = (found: readonly SignedSpan[]) =>
    found.reduce(
      (sum, { grain, from: start, to: end }) =>
        sum + Math.max(0, Math.min(end, now) - start) * (ROWS[grain] ?? 0),
      0,
    );
  const fewest = (begin: number, end: number, grain: number): SignedSpan[] => {
    let best = signed(grain, begin, end);
    if (grain >= coarsest) return best;
    const [down, up] = grain === GRAINS.quarter ? [dayOf, dayFrom] : [monthOf, monthFrom];
    for (const first of new Set([down(begin), up(begin)])) {
      for (const last of new Set([down(end), up(end)])) {
        if (first >= last) continue;
        const inside = fewest(first, last, grain + 1);
        const found = [...signed(grain, begin, first), ...inside, ...signed(grain, last, end)];
        if (rows(found) < rows(best)) best = found;
      }
    }
    return best;
  };
  return fewest(from, to, GRAINS.quarter);
}

/** From one moment to another, or back. */
function signed(grain: number, from: number, to: number): SignedSpan[] {
  if (from === to) return [];
  return [from < to ? { grain, from, to, sign: 1 } : { grain, from: to, to: from, sign: -1 }];
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

/** When each of the days or months begins that these spans are. */
export function startsOf({ grain, from, to }: Span): number[] {
  const starts: number[] = [];
  const step = grain === GRAINS.month ? monthFrom : dayFrom;
  for (let start = from; start < to; start = step(start + 1)) starts.push(start);
  return starts;
}

/** The beginning of a UTC day that is nearest to a moment. */
export function nearestDay(time: number): number {
  return dayOf(time + DAY_MS / 2);
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
