import fc from 'fast-check';
import { expect, it } from 'vitest';
import { GRAINS, quarterOf, spansOf } from './grains.js';

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

it('finds the quarter of an hour a moment lies in', () => {
  expect(quarterOf(at('2026-03-01T10:29:59.999'))).toBe(at('2026-03-01T10:15'));
  expect(quarterOf(at('2026-03-01T10:30'))).toBe(at('2026-03-01T10:30'));
});
