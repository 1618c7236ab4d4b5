import { setImmediate } from 'node:timers/promises';
import { describe, expect, it, vi } from 'vitest';
import { BackgroundLoop, type BackgroundWork } from './background-loop.js';
import { Logger } from './logger.js';
import { currentCaller, currentContext } from './request-context.js';

describe('BackgroundLoop', () => {
  const logger = new Logger({ service: 'loop-test', level: 'silent' });

  function loopOf(work: Partial<BackgroundWork> & Pick<BackgroundWork, 'run'>): BackgroundLoop {
    return new BackgroundLoop(
      { name: 'the sweep', service: 'cart-service', everyMs: 60_000, ...work },
      logger,
    );
  }

  it('runs in the name of its service, each round with a request id of its own', async () => {
    const seen: { service: string | undefined; requestId: string | undefined }[] = [];
    const twice = Promise.withResolvers<void>();
    const loop = loopOf({
      everyMs: 1,
      run: async () => {
        seen.push({ service: currentCaller().service, requestId: currentContext()?.requestId });
        if (seen.length === 2) twice.resolve();
      },
    });

    loop.start();
    loop.start();
    await twice.promise;
    await loop.stop();

    expect(seen.map(({ service }) => service)).toEqual(['cart-service', 'cart-service']);
    expect(new Set(seen.map(({ requestId }) => requestId)).size).toBe(2);
  });

  it('waits as long as the round says instead of as long as it was set up to', async () => {
    let rounds = 0;
    const third = Promise.withResolvers<void>();
    const loop = loopOf({
      everyMs: 60_000,
      run: async () => {
        rounds += 1;
        if (rounds === 3) third.resolve();
        return rounds < 3 ? 0 : undefined;
      },
    });

    loop.start();
    await third.promise;
    await loop.stop();

    expect(rounds).toBe(3);
  });

  it('waits as long as it was set up to where the round says nothing', async () => {
    const rounds: number[] = [];
    const second = Promise.withResolvers<void>();
    const loop = loopOf({
      everyMs: 40,
      run: async () => {
        rounds.push(performance.now());
        if (rounds.length === 2) second.resolve();
      },
    });

    loop.start();
    await second.promise;
    await loop.stop();

    const [first = 0, last = 0] = rounds;
    expect(last - first).toBeGreaterThanOrEqual(35);
  });

  it('goes on at once when it is woken, also by a wake that came during the round', async () => {
    let rounds = 0;
    const third = Promise.withResolvers<void>();
    const loop = loopOf({
      run: async () => {
        rounds += 1;
        if (rounds === 2) loop.wake();
        if (rounds === 3) third.resolve();
      },
    });

    loop.start();
    await vi.waitFor(() => expect(rounds).toBe(1), 5_000);
    loop.wake();
    await third.promise;
    await loop.stop();

    expect(rounds).toBe(3);
  });

  it('waits before the first round where it is told to', async () => {
    let rounds = 0;
    const loop = loopOf({
      firstAfterMs: 60_000,
      run: async () => {
        rounds += 1;
      },
    });

    loop.start();
    await setImmediate();
    expect(rounds).toBe(0);
    loop.wake();
    await vi.waitFor(() => expect(rounds).toBe(1), 5_000);
    await loop.stop();
  });

  it('goes on after failures, warning of the first in a row and telling of the end', async () => {
    const warn = vi.spyOn(logger, 'warn');
    const info = vi.spyOn(logger, 'info');
    let rounds = 0;
    const done = Promise.withResolvers<void>();
    const loop = loopOf({
      everyMs: 1,
      run: async () => {
        rounds += 1;
        if (rounds <= 3) throw new Error('no database');
        if (rounds === 5) done.resolve();
      },
    });

    loop.start();
    await done.promise;
    await loop.stop();

    const failed = { error: new Error('no database') };
    expect(warn.mock.calls).toEqual([['the sweep failed; it goes on', failed]]);
    expect(info.mock.calls).toEqual([['the sweep works again']]);
  });

  it('stops after the round under way, which is told of it, and begins no other', async () => {
    let rounds = 0;
    const began = Promise.withResolvers<void>();
    const told: boolean[] = [];
    const loop = loopOf({
      everyMs: 0,
      run: async (stopping) => {
        rounds += 1;
        began.resolve();
        await new Promise((resolve) => stopping.addEventListener('abort', resolve, { once: true }));
        told.push(stopping.aborted);
      },
    });

    loop.start();
    await began.promise;
    await loop.stop();

    expect(told).toEqual([true]);
    expect(rounds).toBe(1);
  });

  it('never began: stopping it does nothing', async () => {
    const loop = loopOf({ run: async () => expect.fail('ran') });

    await expect(loop.stop()).resolves.toBeUndefined();
  });
});
