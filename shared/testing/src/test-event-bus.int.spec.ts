import { newId } from '@vici/utils';
import { describe, expect, it } from 'vitest';
import { eventually } from './eventually.js';
import { useTestEventBus } from './test-event-bus.js';

describe.each(['redis', 'kafka'] as const)('useTestEventBus(%j)', (kind) => {
  const test = useTestEventBus(kind);

  it('carries a message from a publisher to a group', async () => {
    const topic = `test-${newId()}`;
    await test.bus.ensureTopics([{ name: topic, partitions: 1 }]);
    const received: string[] = [];
    const subscription = await test.bus.subscribe({
      group: topic,
      topics: [topic],
      handle: async (batch) => {
        received.push(...batch.map(({ value }) => value));
      },
    });
    await test.bus.publish([{ topic, key: 'a', value: 'one', headers: {} }]);
    await eventually(() => expect(received).toEqual(['one']), { timeoutMs: 15_000 });
    await subscription.stop();
    expect(test.config.kind).toBe(kind);
  });
});
