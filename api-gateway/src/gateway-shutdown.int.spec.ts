import { eventually } from '@vici/testing';
import { expect, it } from 'vitest';
import { useGateway } from './fixtures/gateway.fixture.js';
import { cart, PRODUCT_ID } from './fixtures/messages.fixture.js';

const gateway = useGateway();

it('a gateway that stops answers what it has begun, reports what it has seen, and takes nothing more', async () => {
  const begun = Promise.withResolvers<void>();
  const gate = Promise.withResolvers<void>();
  let reported = 0;
  gateway.upstreams.cart.getCart = async () => {
    begun.resolve();
    await gate.promise;
    return cart();
  };
  gateway.upstreams.event.ingestForShoppers = async ({ shoppers }) => {
    await gate.promise;
    reported += shoppers.flatMap(({ events }) => events).length;
    return {};
  };
  for (let index = 0; index < 10; index += 1) await gateway.call('POST', `/products/${PRODUCT_ID}/view`);
  const running = gateway.call('GET', '/cart');
  await begun.promise;
  const { url } = gateway;
  const stopping = gateway.service.running.stop();
  await eventually(() =>
    expect(fetch(`${url}/health`, { headers: { connection: 'close' } })).rejects.toThrow(),
  );
  gate.resolve();
  expect((await running).status).toBe(200);
  await stopping;
  expect(reported).toBe(10);
});
