import { StockAdminServiceDefinition, StockOperation } from '@vici/proto-gen/inventory';
import { asCaller, eventually, pauseAt, useService } from '@vici/testing';
import { isDomainError, newId } from '@vici/utils';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inventoryService } from '../inventory.service.js';
import { contradictions, inventoryOf } from './inventory.fixture.js';

const service = useService(inventoryService, {
  RESERVATION_SWEEP_INTERVAL_MS: '50',
  DATABASE_POOL_MAX: '20',
});
const inventory = inventoryOf(service);

const EXPECTED = [
  'INSUFFICIENT_STOCK',
  'RESERVATION_EXPIRED',
  'INVALID_TRANSITION',
  'NOT_FOUND',
  'LIMIT_EXCEEDED',
];

/** Runs all at once; refusals are part of the game, anything else is not. */
async function settle(work: readonly Promise<unknown>[]): Promise<{ done: number; codes: string[] }> {
  const results = await Promise.allSettled(work);
  const codes = results.flatMap((result) => {
    if (result.status === 'fulfilled') return [];
    return [isDomainError(result.reason) ? result.reason.code : String(result.reason)];
  });
  return { done: results.length - codes.length, codes };
}

async function deadlocks(): Promise<bigint> {
  const { rows } = await inventory
    .database()
    .pool.query<{ deadlocks: bigint }>(
      'select deadlocks from pg_stat_database where datname = current_database()',
    );
  return rows[0]?.deadlocks ?? -1n;
}

describe('many orders at once', () => {
  it('sell exactly the five hundred units there are of one SKU to two thousand buyers', async () => {
    const sku = await inventory.stocked(500);

    const { done, codes } = await settle(
      Array.from({ length: 2_000 }, () => inventory.reserve(newId(), [{ sku, quantity: 1 }])),
    );

    expect(done).toBe(500);
    expect(new Set(codes)).toEqual(new Set(['INSUFFICIENT_STOCK']));
    expect(await inventory.level(sku)).toEqual({ onHand: 500, reserved: 500, available: 0 });
    expect(await contradictions(inventory.database())).toEqual([]);
  });

  it('of the same SKUs in any order of lines never deadlock', async () => {
    const skus = await Promise.all(Array.from({ length: 12 }, () => inventory.stocked(40)));
    const before = await deadlocks();
    const order = (index: number) => {
      const rotated = [...skus.slice(index % 12), ...skus.slice(0, index % 12)];
      return (index % 2 === 0 ? rotated : rotated.reverse()).map((sku) => ({ sku, quantity: 1 }));
    };

    const orders = Array.from({ length: 60 }, (_, index) => ({ orderId: newId(), lines: order(index) }));
    const { done, codes } = await settle(
      orders.map(({ orderId, lines }) => inventory.reserve(orderId, lines)),
    );
    await settle(
      orders.map(({ orderId }, index) =>
        index % 2 === 0 ? inventory.commit(orderId) : inventory.release(orderId),
      ),
    );

    expect(done).toBe(40);
    expect(new Set(codes)).toEqual(new Set(['INSUFFICIENT_STOCK']));
    expect(await deadlocks()).toBe(before);
    expect(await contradictions(inventory.database())).toEqual([]);
  });

  it('make one reservation of an order that is reserved many times at once', async () => {
    const [sku, orderId] = [await inventory.stocked(10), newId()];

    const reservations = await Promise.all(
      Array.from({ length: 10 }, () => inventory.reserve(orderId, [{ sku, quantity: 3 }])),
    );

    expect(new Set(reservations.map(({ id }) => id)).size).toBe(1);
    expect(await inventory.level(sku)).toEqual({ onHand: 10, reserved: 3, available: 7 });
  });

  it('keep one reservation when an order is reserved with other lines at the same moment', async () => {
    const [first, second, orderId] = [await inventory.stocked(1), await inventory.stocked(1), newId()];
    const pause = pauseAt('inventory.stock-locked');
    const paused = inventory.reserve(orderId, [{ sku: first, quantity: 1 }]);
    await pause.reached;
    const winner = inventory.reserve(orderId, [{ sku: second, quantity: 1 }]);
    await winner;

    pause.resume();

    await expect(paused).rejects.toMatchObject({ code: 'CONFLICT' });
    expect(await inventory.level(first)).toEqual({ onHand: 1, reserved: 0, available: 1 });
    expect(await inventory.level(second)).toEqual({ onHand: 1, reserved: 1, available: 0 });
  });

  it('of several SKUs of one product announce what it has in all, each after the one before', async () => {
    const productId = newId();
    const skus = await Promise.all([
      inventory.stocked(20, { productId }),
      inventory.stocked(20, { productId }),
    ]);
    const orders = Array.from({ length: 20 }, () => newId<'Order'>());

    await Promise.all(
      orders.map(async (orderId, index) => {
        await inventory.reserve(orderId, [{ sku: skus[index % 2] ?? '', quantity: 1 }]);
        await inventory.commit(orderId);
      }),
    );

    await eventually(() => {
      const told = service
        .events()
        .filter(({ subject, type }) => subject === productId && type === 'stock.changed')
        .flatMap(({ data }) => ('productAvailable' in data ? [data] : []));
      const reserved = told.filter((data) => 'reason' in data && data.reason === 'reserved');
      expect(told.filter((data) => 'reason' in data && data.reason === 'sold')).toHaveLength(20);
      expect(reserved.at(-1)).toMatchObject({ productAvailable: 20 });
      const totals = reserved.map(({ productAvailable }) => Number(productAvailable));
      expect(totals).toEqual(totals.toSorted((a, b) => b - a));
    });
    expect(await contradictions(inventory.database())).toEqual([]);
  });

  it('of distinct SKUs do not wait for each other', async () => {
    const [first, second] = [await inventory.stocked(1), await inventory.stocked(1)];
    const pause = pauseAt('inventory.stock-locked');
    const paused = inventory.reserve(newId(), [{ sku: first, quantity: 1 }]);
    await pause.reached;

    await inventory.reserve(newId(), [{ sku: second, quantity: 1 }]);

    expect(await inventory.level(second)).toMatchObject({ available: 0 });
    expect(await inventory.level(first)).toMatchObject({ available: 1 });
    pause.resume();
    await paused;
    expect(await inventory.level(first)).toMatchObject({ available: 0 });
  });
});

describe('a repair in the middle of a rush', () => {
  it('leaves every figure right, whatever is reserved, sold and given back meanwhile', async () => {
    const productId = newId();
    const skus = await Promise.all(Array.from({ length: 4 }, () => inventory.stocked(400, { productId })));
    const admin = () => service.client(StockAdminServiceDefinition);
    const { pool } = inventory.database();
    let open = true;
    const buyers = Array.from({ length: 16 }, async (_, index) => {
      for (let round = 0; open; round += 1) {
        const [orderId, sku] = [newId(), skus[(index + round) % skus.length] ?? ''];
        await inventory.reserve(orderId, [{ sku, quantity: 1 }]);
        await (index % 2 === 0 ? inventory.release(orderId) : inventory.commit(orderId));
      }
    });
    const bought = settle(buyers);

    for (let round = 1; round <= 5; round += 1) {
      const drifted = skus.slice(0, 1 + (round % 3));
      for (const sku of drifted) {
        await pool.query(
          'update stock_items set on_hand = on_hand + 3, reserved = reserved + 1 where sku = $1',
          [sku],
        );
      }
      const report = await asCaller({ role: 'system' }, () =>
        admin().repairDrift({ reason: `round ${round}` }, { timeoutMs: 30_000 }),
      );
      // A drifted total shows in every SKU of the product.
      expect(report.found).toBe(report.repaired);
      expect(report.found).toBeGreaterThanOrEqual(drifted.length);
    }
    open = false;

    expect(await bought).toEqual({ done: 16, codes: [] });
    expect(await contradictions(inventory.database())).toEqual([]);
    const { rows } = await pool.query<{ repaired: number }>(
      "select sum(delta)::int as repaired from stock_movements where kind = 'REPAIR' and sku = any($1)",
      [skus],
    );
    // Rounds 1 to 5 made 2, 3, 1, 2 and 3 SKUs differ, by three units each.
    expect(rows).toEqual([{ repaired: 33 }]);
    expect(await deadlocks()).toBe(0n);
  });
});

type Step =
  | { readonly kind: 'reserve'; readonly order: number; readonly quantities: readonly number[] }
  | { readonly kind: 'commit' | 'release' | 'lapse' | 'restock'; readonly order: number }
  | {
      readonly kind: 'change';
      readonly sku: number;
      readonly operation: StockOperation;
      readonly quantity: number;
    };

const order = fc.nat({ max: 5 });
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    kind: fc.constant('reserve' as const),
    order,
    quantities: fc.array(fc.nat({ max: 4 }), { minLength: 3, maxLength: 3 }),
  }),
  fc.record({ kind: fc.constantFrom('commit', 'release', 'lapse', 'restock'), order }),
  fc.record({
    kind: fc.constant('change' as const),
    sku: fc.nat({ max: 2 }),
    operation: fc.constantFrom(StockOperation.SET, StockOperation.ADD, StockOperation.SUBTRACT),
    quantity: fc.integer({ min: 1, max: 12 }),
  }),
);

describe('ledger, stock, reservations and product totals', () => {
  it('agree after any steps, in any company', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 20, maxLength: 40 }), async (steps) => {
        const productId = newId();
        const orders = Array.from({ length: 6 }, () => newId<'Order'>());
        const skus = await Promise.all([0, 1, 2].map(() => inventory.stocked(6, { productId })));
        // One of them may be ordered beyond the shelf.
        await asCaller({ role: 'system' }, () =>
          service
            .client(StockAdminServiceDefinition)
            .setBackorderPolicy({ sku: skus[1] ?? '', allowed: true, limit: 9 }),
        );
        const run = async (next: Step): Promise<unknown> => {
          if (next.kind === 'change') {
            const { operation, quantity } = next;
            return await inventory.change([{ sku: skus[next.sku] ?? '', productId, operation, quantity }]);
          }
          const orderId = orders[next.order] ?? '';
          if (next.kind === 'restock')
            return await inventory.restock(orderId, [{ sku: skus[0] ?? '', quantity: 1 }]);
          if (next.kind !== 'reserve') return await inventory[next.kind](orderId);
          const lines = skus.map((sku, index) => ({ sku, quantity: next.quantities[index] ?? 0 }));
          return await inventory.reserve(orderId, [
            { sku: skus[0] ?? '', quantity: 1 },
            ...lines.filter(({ quantity }) => quantity > 0),
          ]);
        };

        const { codes } = await settle(steps.map(run));

        expect(codes.filter((code) => code !== 'CONFLICT' && !EXPECTED.includes(code))).toEqual([]);
        expect(await contradictions(inventory.database())).toEqual([]);
      }),
      { numRuns: 25 },
    );
    expect(await deadlocks()).toBe(0n);
  });
});
