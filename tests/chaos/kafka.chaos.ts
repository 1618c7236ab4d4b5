import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type BackingService, freePort, type KafkaEndpoint, startKafka } from '@vici/backing-services';
import { createEventBus, type EventBus, type ReceivedMessage } from '@vici/events';
import type { LocalStack, StackService } from '@vici/local';
import { eventually } from '@vici/testing';
import { Logger } from '@vici/utils';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Page, type Product, Shopper } from '../support/api.ts';
import { expectInvariantsToHold } from '../support/invariants.ts';
import { restock } from '../support/restock.ts';
import { startStack } from '../support/stack.ts';
import { Traffic, type TrafficReport } from '../support/traffic.ts';
import { Buyer } from './chaos-stack.ts';

const START_MS = 960_000;
const TEST_MS = 300_000;
const PLENTY = 1_000_000;
const RATE = Number(process.env['KAFKA_CHAOS_RATE'] ?? '20');
const SHOPPERS = 8;
const PART_MS = 4_000;
const cacheDir = join(import.meta.dirname, '../../.vici/cache/kafka');
const PREFIX = 'chaos.';
/** Those that consume, of which a second process joins and leaves. */
const CONSUMERS: readonly StackService[] = [
  'notification',
  'event',
  'recommendation',
  'inventory',
  'order',
  'cart',
];

let folder = '';
let port = 0;
let broker: BackingService<KafkaEndpoint>;
let stack: LocalStack;
let products: Product[];
let bus: EventBus;

const startBroker = () => startKafka({ dataDir: folder, cacheDir, port, ephemeral: true });

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vici-kafka-'));
  port = await freePort();
  broker = await startBroker();
  // For the start of the stack alone: a broker that is given is not started, and this one is started again below.
  process.env['VICI_KAFKA_BROKERS'] = broker.endpoint.brokers.join(',');
  stack = await startStack({ mode: 'processes', bus: 'kafka', env: { KAFKA_PREFIX: PREFIX } });
  delete process.env['VICI_KAFKA_BROKERS'];
  const { data } = await new Shopper(stack.apiUrl).get<Page<Product>>('/products?limit=100&inStock=true');
  products = data.data.filter(({ variants }) => variants.length === 0);
  await restock(stack, products, PLENTY);
  const logger = new Logger({ service: 'test', level: 'silent' });
  bus = createEventBus({ kind: 'kafka', ...broker.endpoint, prefix: PREFIX }, { clientName: 'test', logger });
}, START_MS);
afterAll(async () => {
  await bus?.close();
  await stack?.stop();
  await broker?.stop();
  await rm(folder, { recursive: true, force: true });
}, START_MS);

/** What the shoppers get while something happens, and for a while before and after. */
async function during(happens: () => Promise<void>): Promise<TrafficReport> {
  const traffic = new Traffic({
    apiUrl: stack.apiUrl,
    products,
    shoppers: SHOPPERS,
    rate: RATE,
    turnsAnOrder: 2,
  });
  await traffic.prepare();
  traffic.start();
  try {
    await sleep(PART_MS);
    await happens();
    await sleep(PART_MS);
  } catch (error) {
    await traffic.stop();
    throw error;
  }
  return await traffic.stop();
}

/** Of the orders each is told of on its topic as confirmed, under one id. */
async function confirmedOnTopic(orders: readonly string[]): Promise<Map<string, Set<string>>> {
  const told = new Map(orders.map((id) => [id, new Set<string>()]));
  await bus.readAll('order-events', ({ value, headers }) => {
    if (headers['ce-type'] !== 'order.confirmed') return;
    const { id, subject } = JSON.parse(value);
    told.get(subject)?.add(id);
  });
  return told;
}

async function expectNothingLostOrDoubled(orders: readonly string[]): Promise<void> {
  // One purchase for each line and one mail for each order are among the invariants.
  await expectInvariantsToHold(stack);
  const told = await confirmedOnTopic(orders);
  expect([...told].filter(([, ids]) => ids.size !== 1)).toEqual([]);
}

it(
  'nothing is lost or doubled when the broker is killed under load and comes back',
  async () => {
    const { failures, orders } = await during(async () => {
      process.kill(broker.pid ?? Number.NaN, 'SIGKILL');
      await sleep(PART_MS);
      broker = await startBroker();
    });
    expect(failures).toEqual([]);
    expect(orders.length).toBeGreaterThan(3);
    await expectNothingLostOrDoubled(orders);
  },
  TEST_MS,
);

it(
  'nothing is lost or doubled while second processes join the groups, leave them and are killed under load',
  async () => {
    const { failures, orders } = await during(async () => {
      for (const service of CONSUMERS) {
        const replica = await stack.startReplica(service);
        await sleep(500);
        if (service === 'event' || service === 'notification') await replica.kill('SIGKILL');
        else await replica.stop();
      }
    });
    expect(failures).toEqual([]);
    expect(orders.length).toBeGreaterThan(3);
    await expectNothingLostOrDoubled(orders);
  },
  TEST_MS,
);

it(
  'a message that is no event becomes a dead letter of every group, and its partition moves on',
  async () => {
    const poison = Array.from({ length: 12 }, (_, index) => ({
      topic: 'order-events',
      key: `poison-${index}`,
      value: '{"no":"event"',
      headers: {},
    }));
    await bus.publish(poison);
    const buyer = await new Buyer(stack).arrive();
    const { orderId } = await buyer.confirmUntilTold(await buyer.openPayment());
    const order = (await buyer.orders()).find(({ id }) => id === orderId);
    if (order === undefined) throw new Error('The order is not in the list');

    await eventually(async () => expect(await buyer.mailsOf(order)).toBe(1), { timeoutMs: 30_000 });
    const letters: ReceivedMessage[] = [];
    await bus.readAll('order-events.dlq', (letter) => void letters.push(letter));
    const byGroup = Map.groupBy(letters, ({ headers }) => headers['x-group']);
    expect([...byGroup.keys()]).toContain('notification-service');
    for (const [group, ofGroup] of byGroup) {
      expect([group, ofGroup.map(({ key }) => key).toSorted()]).toEqual([
        group,
        poison.map(({ key }) => key).toSorted(),
      ]);
    }
    await expectInvariantsToHold(stack);
  },
  TEST_MS,
);
