import { DomainError } from '@vici/utils';
import { describe, expect, it } from 'vitest';
import { failureKind } from './failure-kind.js';
import { withRetries } from './retries.js';
import { StopToken } from './stop-token.js';

const policy = { tries: 4, finalTries: 2, backoff: { baseMs: 1, factor: 1, maxMs: 1 } };

function failing(error: Error) {
  const counted = { tries: 0 };
  const work = async () => {
    counted.tries += 1;
    throw error;
  };
  return { counted, work };
}

describe('withRetries', () => {
  it('is done with the first success', async () => {
    let tries = 0;
    const work = async () => {
      tries += 1;
      if (tries < 3) throw new Error('again');
    };
    expect(await withRetries(work, policy, new StopToken())).toBeUndefined();
    expect(tries).toBe(3);
  });

  it('gives an ordinary failure up after all tries, and a refusal after two', async () => {
    const ordinary = failing(new Error('bug'));
    const refusal = failing(new DomainError('INVALID_TRANSITION', 'No way back.'));
    expect(await withRetries(ordinary.work, policy, new StopToken())).toEqual({
      error: new Error('bug'),
      attempts: 4,
    });
    expect((await withRetries(refusal.work, policy, new StopToken()))?.attempts).toBe(2);
    expect([ordinary.counted.tries, refusal.counted.tries]).toEqual([4, 2]);
  });

  it('throws what is still unavailable after all tries', async () => {
    const down = failing(new DomainError('SERVICE_UNAVAILABLE', 'Away.'));
    await expect(withRetries(down.work, policy, new StopToken())).rejects.toThrow('Away.');
    expect(down.counted.tries).toBe(4);
  });

  it('throws instead of trying again once the consumer stops', async () => {
    const stop = new StopToken();
    const bug = failing(new Error('bug'));
    const slow = { ...policy, backoff: { baseMs: 60_000, factor: 1, maxMs: 60_000 } };
    const outcome = withRetries(bug.work, slow, stop);
    stop.stop();
    await expect(outcome).rejects.toThrow('bug');
    expect(bug.counted.tries).toBe(1);
  });
});

describe('failureKind', () => {
  const withCode = (code: string) => Object.assign(new Error('failed'), { code });

  it.each([
    ['an upstream that is down', new DomainError('SERVICE_UNAVAILABLE', 'Away.'), 'unavailable'],
    ['a refused connection', withCode('ECONNREFUSED'), 'unavailable'],
    ['a lost database connection', new Error('Connection terminated unexpectedly'), 'unavailable'],
    ['a closed Redis connection', new Error('Connection is closed.'), 'unavailable'],
    ['a failure caused by one of these', new Error('mail', { cause: withCode('ECONNRESET') }), 'unavailable'],
    ['a refusal', new DomainError('INSUFFICIENT_STOCK', 'Sold out.'), 'final'],
    ['a call that took too long', new DomainError('DEADLINE_EXCEEDED', 'Late.'), 'ordinary'],
    ['a bug', new TypeError('undefined is not a function'), 'ordinary'],
    ['something that is no error', 'oops', 'ordinary'],
  ])('judges %s', (_, error, kind) => {
    expect(failureKind(error)).toBe(kind);
  });
});
