import { describe, expect, it } from 'vitest';
import { AskedTogether } from './asked-together.js';

/** Answers with the double, but for 13; each round waits until it is let go. */
function doubling() {
  const rounds: { readonly numbers: readonly number[]; readonly letGo: () => void }[] = [];
  const arrived: (() => void)[] = [];
  const asked = new AskedTogether<number, number>(async (numbers) => {
    const gate = Promise.withResolvers<void>();
    rounds.push({ numbers, letGo: gate.resolve });
    for (const tell of arrived.splice(0)) tell();
    await gate.promise;
    if (numbers.includes(13)) throw new Error('unlucky');
    return new Map(numbers.map((number) => [number, number * 2]));
  });
  const next = async () => {
    const before = rounds.length;
    await new Promise<void>((resolve) => {
      arrived.push(resolve);
    });
    const round = rounds[before];
    if (round === undefined) throw new Error('There was no round');
    return round;
  };
  return { asked, next, rounds };
}

describe('what is asked together', () => {
  it('of one turn is one question, and of the time of an answer the next', async () => {
    const { asked, next, rounds } = doubling();
    const first = [asked.ask(1), asked.ask(2)];
    const round = await next();
    const second = [asked.ask(3), asked.ask(4)];
    const coming = next();
    round.letGo();
    expect(await Promise.all(first)).toEqual([2, 4]);
    (await coming).letGo();
    expect(await Promise.all(second)).toEqual([6, 8]);
    const last = asked.ask(5);
    (await next()).letGo();
    expect(await last).toBe(10);
    expect(rounds.map(({ numbers }) => numbers)).toEqual([[1, 2], [3, 4], [5]]);
  });

  it('is asked one by one when it has no answer together', async () => {
    const { asked, next, rounds } = doubling();
    const outcomes = Promise.allSettled([asked.ask(1), asked.ask(13), asked.ask(2)]);
    for (let round = 0; round < 4; round += 1) (await next()).letGo();
    expect(await outcomes).toEqual([
      { status: 'fulfilled', value: 2 },
      { status: 'rejected', reason: new Error('unlucky') },
      { status: 'fulfilled', value: 4 },
    ]);
    expect(rounds.map(({ numbers }) => numbers)).toEqual([[1, 13, 2], [1], [13], [2]]);
  });
});
