import { DomainError } from '@vici/utils/domain';
import { describe, expect, it } from 'vitest';
import { OrderLanes, type ServeGroup } from './order-lanes.js';

interface Order {
  readonly orderId: string;
  readonly fails?: Error;
}

/** Lanes whose groups wait until they are let go, and what came into each group. */
function lanesOf(lanes: number, group: number) {
  const groups: string[][] = [];
  const held: (() => void)[] = [];
  const serve: ServeGroup<Order, string> = async (orders) => {
    groups.push(orders.map(({ orderId }) => orderId));
    await new Promise<void>((resolve) => held.push(resolve));
    const broken = orders.find(({ fails }) => fails !== undefined)?.fails;
    if (broken !== undefined) throw broken;
    return orders.map(({ orderId }) => ({ result: `${orderId} served` }));
  };
  const queue = new OrderLanes(serve, { lanes, group });
  return { groups, take: (order: Order) => queue.take(order), letGo: () => held.shift()?.() };
}

const outcomes = async (work: readonly Promise<unknown>[]) =>
  (await Promise.allSettled(work)).map((one) => (one.status === 'fulfilled' ? one.value : one.reason));

describe('OrderLanes', () => {
  it('serves whom it can at once, and those that wait together', async () => {
    const { groups, take, letGo } = lanesOf(2, 3);
    const served = ['a', 'b', 'c', 'd', 'e', 'f'].map((orderId) => take({ orderId }));
    expect(groups).toEqual([['a'], ['b']]);

    letGo();
    await served[0];
    await Promise.resolve();
    expect(groups).toEqual([['a'], ['b'], ['c', 'd', 'e']]);
    for (let left = 0; left < 3; left += 1) {
      letGo();
      await new Promise(setImmediate);
    }
    expect(await outcomes(served)).toEqual(['a', 'b', 'c', 'd', 'e', 'f'].map((id) => `${id} served`));
    expect(groups).toEqual([['a'], ['b'], ['c', 'd', 'e'], ['f']]);
  });

  it('never serves an order twice in one group', async () => {
    const { groups, take, letGo } = lanesOf(1, 9);
    const served = ['a', 'b', 'b', 'c'].map((orderId) => take({ orderId }));
    for (let left = 0; left < 3; left += 1) {
      letGo();
      await new Promise(setImmediate);
    }
    await Promise.all(served);
    expect(groups).toEqual([['a'], ['b', 'c'], ['b']]);
  });

  it('keeps the failure of one from the others, but fails all where nobody can be served', async () => {
    const fault = new Error('a fault of b');
    const { take, letGo, groups } = lanesOf(1, 9);
    const served = outcomes([
      take({ orderId: 'a' }),
      take({ orderId: 'b', fails: fault }),
      take({ orderId: 'c' }),
    ]);
    for (let left = 0; left < 4; left += 1) {
      letGo();
      await new Promise(setImmediate);
    }
    expect(await served).toEqual(['a served', fault, 'c served']);
    expect(groups).toEqual([['a'], ['b', 'c'], ['b'], ['c']]);

    const gone = new DomainError('SERVICE_UNAVAILABLE', 'The database cannot be reached.');
    const none = lanesOf(1, 9);
    const refused = outcomes(['a', 'b', 'c'].map((orderId) => none.take({ orderId, fails: gone })));
    for (let left = 0; left < 2; left += 1) {
      none.letGo();
      await new Promise(setImmediate);
    }
    expect(await refused).toEqual([gone, gone, gone]);
    expect(none.groups).toEqual([['a'], ['b', 'c']]);
  });
});
