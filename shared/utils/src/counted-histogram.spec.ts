import { Histogram, Registry } from 'prom-client';
import { describe, expect, it } from 'vitest';
import { CountedHistogram } from './counted-histogram.js';

function pair(labelNames: string[]) {
  const registries = [new Registry(), new Registry()] as const;
  const shape = { name: 'x_seconds', help: 'X.', labelNames, buckets: [0.001, 0.25, 10] };
  const ours = new CountedHistogram({ ...shape, registers: [registries[0]] });
  const theirs = new Histogram({ ...shape, registers: [registries[1]] });
  const texts = () => Promise.all(registries.map((registry) => registry.metrics()));
  return { ours, theirs, texts };
}

describe('a counted histogram', () => {
  it("reads as prom-client's own does, whatever is observed, and again after more", async () => {
    const { ours, theirs, texts } = pair(['method', 'status']);
    const observations = [
      [{ method: 'get', status: 200 }, 0.001],
      [{ method: 'get', status: '200' }, 0.0011],
      [{ status: 404, method: 'put' }, 10.5],
      [{ method: 'get' }, 0.25],
      [{ method: 'get', status: 200 }, -1],
    ] as const;
    for (let round = 0; round < 2; round += 1) {
      for (const [labels, seconds] of observations) {
        ours.observe(labels, seconds);
        theirs.observe(labels, seconds);
        ours.labels({ ...labels }).observe(seconds / 2);
        theirs.labels({ ...labels }).observe(seconds / 2);
      }
      ours.labels('post', '201').observe(3);
      theirs.labels('post', '201').observe(3);
      const [own, other] = await texts();
      expect(own).toBe(other);
      expect(own).toContain(`x_seconds_count{status="404",method="put"} ${2 * (round + 1)}`);
    }
  });

  it('has all its lines before anything is observed when it has no labels, and counts without any', async () => {
    const { ours, theirs, texts } = pair([]);
    const [own, other] = await texts();
    expect(own).toBe(other);
    ours.observe(0.2);
    theirs.observe(0.2);
    const [later, expected] = await texts();
    expect(later).toBe(expected);
    expect(later).toContain('x_seconds_bucket{le="0.25"} 1');
  });

  it('measures the time until a timer is stopped, with the labels of both ends', async () => {
    const { ours, texts } = pair(['method', 'status']);
    ours.startTimer({ method: 'get' })({ status: 200 });
    const [own] = await texts();
    expect(own).toContain('x_seconds_count{method="get",status="200"} 1');
  });

  it('refuses what is no number, and a label it has not', () => {
    const { ours } = pair(['method']);
    expect(() => ours.observe({ method: 'get' }, Number.NaN)).toThrow('not a valid number');
    expect(() => ours.observe({ path: '/' }, 1)).toThrow('no label path');
  });
});
