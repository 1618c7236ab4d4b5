import { randomUUID } from 'node:crypto';
import { expect, vi } from 'vitest';
import type { TestNetwork } from './bus-network.contract.js';
import type { BusMessage, EventBus, ReceivedMessage, SubscriptionOptions } from './event-bus.js';

const PARTITIONS = 3;

/** What the parts of the contract share. */
export interface ContractContext {
  connect(clientName?: string): { bus: EventBus; network: TestNetwork };
  readonly takeoverMs: number;
}

/** A topic of the test's own, asked for twice as several processes do at their start. */
export async function newTopic(bus: EventBus): Promise<string> {
  const name = `contract-${randomUUID()}`;
  await bus.ensureTopics([{ name, partitions: PARTITIONS }]);
  await bus.ensureTopics([{ name, partitions: PARTITIONS }]);
  return name;
}

/** Numbered messages, their keys taken in turn. */
export function messages(topic: string, count: number, keys: readonly string[]): BusMessage[] {
  return Array.from({ length: count }, (_, index) => ({
    topic,
    key: keys[index % keys.length] ?? 'key',
    value: `message ${index} – grüße 🎁`,
    headers: { 'x-häder': 'wért 🛒', empty: '', index: String(index) },
  }));
}

/** What is promised to stay in order: the values of each key. */
export function byKey(list: readonly BusMessage[]): Record<string, string[]> {
  const grouped: Record<string, string[]> = {};
  for (const { key, value } of list) {
    grouped[key] ??= [];
    grouped[key].push(value);
  }
  return grouped;
}

/** Subscribes and collects what arrives. */
export async function consume(
  bus: EventBus,
  topic: string,
  options: Partial<SubscriptionOptions> & { readonly group: string },
) {
  const received: ReceivedMessage[] = [];
  const batches: number[] = [];
  const subscription = await bus.subscribe({
    ...options,
    topics: [topic],
    handle: async (batch) => {
      received.push(...batch);
      batches.push(batch.length);
      await options.handle?.(batch);
    },
  });
  const receive = (count: number, timeout = 20_000) =>
    vi.waitFor(() => expect(received.length).toBeGreaterThanOrEqual(count), { timeout });
  return { received, batches, subscription, receive };
}
