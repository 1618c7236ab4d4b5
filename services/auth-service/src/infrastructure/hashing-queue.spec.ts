import { newId, runInContext } from '@vici/utils';
import { describe, expect, it } from 'vitest';
import { HashingQueue } from './hashing-queue.js';

/** Work that ends when it is told to. */
function piece() {
  const { promise, resolve } = Promise.withResolvers<string>();
  let begun = false;
  const work = async () => {
    begun = true;
    return await promise;
  };
  return { work, end: resolve, begun: () => begun };
}
const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('the hashing queue', () => {
  it('runs so many at once, the others in order, and goes on when one fails', async () => {
    const queue = new HashingQueue(2);
    const pieces = [piece(), piece(), piece(), piece()];
    const [first, second, third, fourth] = pieces.map(({ work }) => queue.run(work));

    expect(pieces.map(({ begun }) => begun())).toEqual([true, true, false, false]);
    expect(queue.length).toBe(2);
    pieces[1]?.end('second');
    expect(await second).toBe('second');
    await settled();
    expect(pieces.map(({ begun }) => begun())).toEqual([true, true, true, false]);

    const failing = queue.run(async () => {
      throw new Error('broken');
    });
    for (const { end } of pieces) end('done');
    await expect(failing).rejects.toThrow('broken');
    expect(await Promise.all([first, third, fourth])).toEqual(['done', 'done', 'done']);
    expect(await queue.run(async () => 'after')).toBe('after');
  });

  it('leaves out what nobody waits for any more', async () => {
    const queue = new HashingQueue(1);
    const busy = piece();
    const running = queue.run(busy.work);
    const late = piece();
    const given = { requestId: newId(), caller: { role: 'anonymous' }, deadline: Date.now() - 1 } as const;
    const refused = runInContext(given, () => queue.run(late.work));

    busy.end('done');

    await expect(refused).rejects.toMatchObject({ code: 'DEADLINE_EXCEEDED' });
    expect(late.begun()).toBe(false);
    expect(await running).toBe('done');
    expect(await queue.run(async () => 'after')).toBe('after');
  });

  it('refuses when a thousand wait', async () => {
    const queue = new HashingQueue(1);
    const busy = piece();
    const waiting = Array.from({ length: 1001 }, () => queue.run(busy.work));

    await expect(queue.run(busy.work)).rejects.toMatchObject({ code: 'SERVICE_UNAVAILABLE' });

    busy.end('done');
    expect(await Promise.all(waiting)).toHaveLength(1001);
  });
});
