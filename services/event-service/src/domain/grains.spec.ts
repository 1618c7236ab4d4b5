import fc from 'fast-check';
import { expect, it } from 'vitest';
import { GRAINS, quarterOf, spansOf, sumOf } from './grains.js';

const at = (text: string) => Date.parse(`${text}Z`);
const shown = (from: string, to: string) =>
  spansOf(at(from), at(to)).map(({ grain, from: start, to: end }) =>
    [grain, new Date(start).toISOString().slice(0, 16), new Date(end).toISOString().slice(0, 16)].join(' '),
  );

it('cuts a range into months, the days beside them and the quarters of an hour beside those', () => {
  expect(shown('2026-01-30T22:15', '2026-04-02T01:30')).toEqual([
    '0 2026-01-30T22:15 2026-01-31T00:00',
    '1 2026-01-31T00:00 2026-02-01T00:00',
    '2 2026-02-01T00:00 2026-04-01T00:00',
    '1 2026-04-01T00:00 2026-04-02T00:00',
    '0 2026-04-02T00:00 2026-04-02T01:30',
  ]);
});

it.each([
  ['2026-03-01T10:00', '2026-03-01T12:00', ['0 2026-03-01T10:00 2026-03-01T12:00']],
  ['2026-03-01T00:00', '2026-04-01T00:00', ['2 2026-03-01T00:00 2026-04-01T00:00']],
  ['2026-03-02T00:00', '2026-03-04T00:00', ['1 2026-03-02T00:00 2026-03-04T00:00']],
  ['2026-03-01T10:00', '2026-03-01T10:00', []],
])('cuts %s to %s', (from, to, spans) => {
  expect(shown(from, to)).toEqual(spans);
});

it('covers any range once and without a gap, each span on the boundary of its grain', () => {
  const quarter = fc.integer({ min: 0, max: 3_000_000 }).map((count) => count * 900_000);
  fc.assert(
    fc.property(quarter, quarter, fc.constantFrom(...Object.values(GRAINS)), (one, other, coarsest) => {
      const [from, to] = [Math.min(one, other), Math.max(one, other)];
      let reached = from;
      for (const span of spansOf(from, to, coarsest)) {
        expect(span.grain).toBeLessThanOrEqual(coarsest);
        expect(span.from).toBe(reached);
        expect(span.to).toBeGreaterThan(span.from);
        for (const edge of [span.from, span.to]) {
          if (span.grain !== GRAINS.quarter) expect(edge % 86_400_000).toBe(0);
          if (span.grain === GRAINS.month) expect(new Date(edge).getUTCDate()).toBe(1);
        }
        reached = span.to;
      }
      expect(reached).toBe(to);
    }),
  );
});

const summed = (from: string, to: string, now: string) =>
  sumOf(at(from), at(to), at(now)).map(({ sign, grain, from: start, to: end }) =>
    [
      sign > 0 ? '+' : '-',
      grain,
      new Date(start).toISOString().slice(0, 16),
      new Date(end).toISOString().slice(0, 16),
    ].join(' '),
  );

it('sums most of a month, and most of a day, as the whole less the rest', () => {
  expect(summed('2026-01-04T02:15', '2026-03-26T20:00', '2026-06-01T00:00')).toEqual([
    '- 0 2026-01-04T00:00 2026-01-04T02:15',
    '- 1 2026-01-01T00:00 2026-01-04T00:00',
    '+ 2 2026-01-01T00:00 2026-04-01T00:00',
    '- 1 2026-03-27T00:00 2026-04-01T00:00',
    '- 0 2026-03-26T20:00 2026-03-27T00:00',
  ]);
});

it('sums less than half of a month, and of a day, by days and quarters', () => {
  expect(summed('2026-01-28T20:00', '2026-03-03T02:15', '2026-06-01T00:00')).toEqual([
    '+ 0 2026-01-28T20:00 2026-01-29T00:00',
    '+ 1 2026-01-29T00:00 2026-02-01T00:00',
    '+ 2 2026-02-01T00:00 2026-03-01T00:00',
    '+ 1 2026-03-01T00:00 2026-03-03T00:00',
    '+ 0 2026-03-03T00:00 2026-03-03T02:15',
  ]);
});

it('sums until now as the whole month, and takes off what comes after now', () => {
  expect(summed('2026-02-01T00:00', '2026-02-09T10:15', '2026-02-09T10:07')).toEqual([
    '+ 2 2026-02-01T00:00 2026-03-01T00:00',
    '- 1 2026-02-10T00:00 2026-03-01T00:00',
    '- 0 2026-02-09T10:15 2026-02-10T00:00',
  ]);
});

it('adds every moment of any range once and every other one never', () => {
  const quarter = fc.integer({ min: 0, max: 200_000 }).map((count) => count * 900_000);
  fc.assert(
    fc.property(
      quarter,
      quarter,
      quarter,
      fc.constantFrom(...Object.values(GRAINS)),
      (one, other, now, coarsest) => {
        const [from, to] = [Math.min(one, other), Math.max(one, other)];
        const change = new Map<number, number>();
        const add = (time: number, by: number) => change.set(time, (change.get(time) ?? 0) + by);
        for (const { grain, from: start, to: end, sign } of sumOf(from, to, now, coarsest)) {
          expect(grain).toBeLessThanOrEqual(coarsest);
          expect(start).toBeLessThan(end);
          for (const edge of [start, end]) {
            if (grain !== GRAINS.quarter) expect(edge % 86_400_000).toBe(0);
            if (grain === GRAINS.month) expect(new Date(edge).getUTCDate()).toBe(1);
          }
          add(start, sign);
          add(end, -sign);
        }
        add(from, -1);
        add(to, 1);
        expect([...change.values()].filter((by) => by !== 0)).toEqual([]);
      },
    ),
  );
});

it('finds the quarter of an hour a moment lies in', () => {
  expect(quarterOf(at('2026-03-01T10:29:59.999'))).toBe(at('2026-03-01T10:15'));
  expect(quarterOf(at('2026-03-01T10:30'))).toBe(at('2026-03-01T10:30'));
});
