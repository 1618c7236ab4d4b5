import { eventually, useService } from '@vici/testing';
import { newId } from '@vici/utils';
import { expect, it } from 'vitest';
import { inventoryService } from '../inventory.service.js';
import { contradictions, inParallel, inventoryOf } from './inventory.fixture.js';

const service = useService(inventoryService, { RESERVATION_SWEEP_INTERVAL_MS: '50' });
const inventory = inventoryOf(service);

it('ends lapsed reservations by itself and tells of the units that are free again', async () => {
  const sku = await inventory.stocked(250);
  const orders = Array.from({ length: 125 }, () => newId<'Order'>());
  await inParallel(8, orders, (orderId) => inventory.reserve(orderId, [{ sku, quantity: 2 }]));
  const kept = newId();
  service.clearEvents();

  await inParallel(8, orders, (orderId) => inventory.lapse(orderId));

  await eventually(() => {
    const expired = service.events().filter(({ type }) => type === 'reservation.expired');
    expect(new Set(expired.map(({ subject }) => subject))).toEqual(new Set(orders));
    expect(expired).toHaveLength(orders.length);
    expect(service.events()).toContainEqual(
      expect.objectContaining({
        type: 'stock.changed',
        data: expect.objectContaining({ sku, reserved: 0, available: 250, productAvailable: 250 }),
      }),
    );
  });
  await inventory.reserve(kept, [{ sku, quantity: 250 }]);
  expect(await contradictions(inventory.database())).toEqual([]);
});
