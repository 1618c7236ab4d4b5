import { AsyncLocalStorage } from 'node:async_hooks';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { GatheredRounds } from './gathered-rounds.js';

const LIMITS = { enough: 5, shortestMs: 20, longestMs: 80 };

interface Round {
  readonly at: number;
  readonly pieces: string;
}

/** Rounds of so many milliseconds, with the pieces and the moment of each; `take` may refuse them. */
function timedRounds(roundMs: number, take: (pieces: string) => void = () => undefined) {
  const seen: Round[] = [];
  const began = performance.now();
  const rounds = new GatheredRounds<string>(async (given) => {
    const pieces = given.join('');
    seen.push({ at: performance.now() - began, pieces });
    await new Promise((resolve) => setTimeout(resolve, roundMs));
    take(pieces);
  }, LIMITS);
  return { rounds, seen };
}

const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('what several bring in rounds', () => {
  it('is taken at once when it comes alone, and resolves when it has been taken', async () => {
    const { rounds, seen } = timedRounds(7);
    let ended = 0;
    void rounds.add(['a']).then(() => (ended = performance.now()));
    const began = performance.now();
    await pass(1_000);
    void rounds.add(['b']);
    await pass(0);

    expect(ended - began).toBe(7);
    expect(seen).toEqual([
      { at: 0, pieces: 'a' },
      { at: 1_000, pieces: 'b' },
    ]);
  });

  it('gathers in a steady stream, longer while rounds carry several, in the order it came', async () => {
    const { rounds, seen } = timedRounds(1);
    for (const piece of 'abcdefgh') {
      void rounds.add([piece]);
      await pass(12);
    }
    await pass(100);

    expect(seen).toEqual([
      { at: 0, pieces: 'a' },
      { at: 20, pieces: 'b' },
      { at: 40, pieces: 'cd' },
      { at: 80, pieces: 'efg' },
      { at: 160, pieces: 'h' },
    ]);
  });

  it('goes on without waiting once there is enough, whole batches at a time', async () => {
    const { rounds, seen } = timedRounds(10);
    const all = ['x', 'aaa', 'bbb', 'ccccccc', 'd'].map((pieces) => rounds.add([...pieces]));
    await pass(40);

    expect(seen).toEqual([
      { at: 0, pieces: 'x' },
      { at: 10, pieces: 'aaa' },
      { at: 20, pieces: 'bbb' },
      { at: 30, pieces: 'ccccccc' },
    ]);
    await pass(100);
    await Promise.all(all);
    expect(seen.at(-1)?.pieces).toBe('d');
  });
});

describe('a round that failed', () => {
  it('is taken batch by batch: only what is at fault fails', async () => {
    const { rounds, seen } = timedRounds(1, (pieces) => {
      if (pieces.includes('!')) throw new Error(`faulty: ${pieces}`);
    });
    const all = Promise.allSettled(['a', 'b', '!', 'c'].map((piece) => rounds.add([piece])));
    await pass(100);

    expect((await all).map(({ status }) => status)).toEqual([
      'fulfilled',
      'fulfilled',
      'rejected',
      'fulfilled',
    ]);
    expect(seen.map(({ pieces }) => pieces)).toEqual(['a', 'b!c', 'b', '!', 'c']);
  });
});

describe('a round', () => {
  it('runs in the context of who brought its first batch, not of who came before', async () => {
    const context = new AsyncLocalStorage<string>();
    const seen: (string | undefined)[] = [];
    const rounds = new GatheredRounds<string>(async () => {
      seen.push(context.getStore());
      await Promise.resolve();
    }, LIMITS);
    for (const who of ['ann', 'bob', 'eve']) void context.run(who, () => rounds.add([who]));
    await pass(100);

    expect(seen).toEqual(['ann', 'bob']);
  });
});
