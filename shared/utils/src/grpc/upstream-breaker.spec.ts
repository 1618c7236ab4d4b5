import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { DomainError } from '../domain/errors.js';
import { answered, type CallOutcome, cancelled, unavailable } from './call-outcome.js';
import { type BreakerState, UpstreamBreaker } from './upstream-breaker.js';

const upstream = { name: 'CartService' };
const success: CallOutcome = { ok: true, response: {} };

let states: BreakerState[];
let breaker: UpstreamBreaker;

beforeEach(() => {
  vi.useFakeTimers();
  states = [];
  breaker = new UpstreamBreaker(upstream, (state) => states.push(state));
});

afterEach(() => {
  vi.useRealTimers();
});

async function fail(times: number): Promise<void> {
  for (let index = 0; index < times; index += 1) {
    await breaker.run(async () => unavailable(upstream));
  }
}

describe('the circuit breaker of an upstream', () => {
  it('opens at the fifth failure in a row and then lets no attempt through', async () => {
    await fail(4);
    expect(states).toEqual([]);
    await fail(1);
    const attempt = vi.fn(async () => success);

    const outcome = await breaker.run(attempt);

    expect(states).toEqual(['open']);
    expect(attempt).not.toHaveBeenCalled();
    expect(outcome).toMatchObject({ ok: false, kind: 'refused', error: { code: 'SERVICE_UNAVAILABLE' } });
  });

  it('starts counting anew after any answer, an error of the service included', async () => {
    await fail(4);
    await breaker.run(async () => answered(new DomainError('NOT_FOUND', 'No.')));
    await fail(4);

    expect(states).toEqual([]);
  });

  it('opens when half of many calls fail, though never five in a row', async () => {
    for (let index = 0; index < 30; index += 1) {
      await fail(2);
      await breaker.run(async () => success);
    }

    expect(states).toEqual(['open']);
  });

  it('tries a single call after two seconds and closes when it is answered', async () => {
    await fail(5);
    vi.advanceTimersByTime(1999);
    expect(await breaker.run(async () => success)).toMatchObject({ kind: 'refused' });
    vi.advanceTimersByTime(1);
    const trial = Promise.withResolvers<CallOutcome>();

    const tried = breaker.run(() => trial.promise);
    const beside = await breaker.run(async () => success);
    trial.resolve(success);

    expect(beside).toMatchObject({ ok: false, kind: 'refused' });
    expect(await tried).toBe(success);
    expect(states).toEqual(['open', 'half-open', 'closed']);
    expect(await breaker.run(async () => success)).toBe(success);
  });

  it('opens for two more seconds when the trial fails', async () => {
    await fail(5);
    vi.advanceTimersByTime(2000);
    await fail(1);
    vi.advanceTimersByTime(1999);

    expect(await breaker.run(async () => success)).toMatchObject({ kind: 'refused' });
    expect(states).toEqual(['open', 'half-open', 'open']);
  });

  it('stays open when the trial is cancelled, for it has not shown that anybody answers', async () => {
    await fail(5);
    vi.advanceTimersByTime(2000);

    expect(await breaker.run(async () => cancelled(upstream))).toMatchObject({ kind: 'cancelled' });

    expect(states).toEqual(['open', 'half-open', 'open']);
    expect(await breaker.run(async () => success)).toMatchObject({ kind: 'refused' });
    vi.advanceTimersByTime(2000);
    expect(await breaker.run(async () => success)).toBe(success);
  });

  it('counts a cancelled call neither as a failure nor as an answer', async () => {
    await fail(4);
    expect(await breaker.run(async () => cancelled(upstream))).toMatchObject({ kind: 'cancelled' });
    expect(states).toEqual([]);

    await fail(1);

    expect(states).toEqual(['open']);
  });
});
