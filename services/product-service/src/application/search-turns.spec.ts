import { Metrics, runInContext, systemContext } from '@vici/utils';
import { describe, expect, it } from 'vitest';
import { SearchTurns } from './search-turns.js';

/** Five connections: three searches run, thirty wait. */
function busyTurns() {
  const metrics = new Metrics('test');
  const turns = new SearchTurns({ DATABASE_POOL_MAX: 5 }, metrics);
  const done = Promise.withResolvers<void>();
  const order: number[] = [];
  const search = (index: number) =>
    turns.take(async () => {
      order.push(index);
      await done.promise;
    });
  return { metrics, turns, order, search, finish: () => done.resolve() };
}

describe('turns of searches', () => {
  it('run three of five connections at once and the others in the order they came', async () => {
    const { order, search, finish } = busyTurns();
    const searches = Array.from({ length: 33 }, (_, index) => search(index));
    await new Promise(setImmediate);
    expect(order).toEqual([0, 1, 2]);

    finish();
    await Promise.all(searches);

    expect(order).toEqual(Array.from({ length: 33 }, (_, index) => index));
  });

  it('refuse at once what comes when thirty wait, and count it', async () => {
    const { metrics, search, finish } = busyTurns();
    const admitted = Array.from({ length: 33 }, (_, index) => search(index));

    await expect(search(33)).rejects.toMatchObject({ code: 'SERVICE_UNAVAILABLE' });

    const exposed = await metrics.registry.metrics();
    expect(exposed).toMatch(/product_searches_refused_total\{.*\} 1/);
    expect(exposed).toMatch(/product_searches\{state="running".*\} 3/);
    expect(exposed).toMatch(/product_searches\{state="waiting".*\} 30/);
    finish();
    await Promise.all(admitted);
  });

  it('leave out who has gone while waiting, and go on after a search that failed', async () => {
    const { turns, search, finish } = busyTurns();
    const running = [0, 1, 2].map(search);
    const gone = new AbortController();
    let ran = false;
    const given = runInContext(systemContext('test', { signal: gone.signal }), () =>
      turns.take(async () => {
        ran = true;
      }),
    );
    const failing = turns.take(() => Promise.reject(new Error('no')));
    const last = turns.take(async () => 'found');

    gone.abort();
    finish();

    await expect(given).rejects.toMatchObject({ code: 'DEADLINE_EXCEEDED' });
    await expect(failing).rejects.toThrow('no');
    expect(await last).toBe('found');
    expect(ran).toBe(false);
    await Promise.all(running);
  });
});
