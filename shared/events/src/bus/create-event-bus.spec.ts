import { describe, expect, it } from 'vitest';
import { createEventBus } from './create-event-bus.js';
import { KafkaEventBus } from './kafka.event-bus.js';
import { brokerList } from './kafka-client.js';
import { RedisStreamsEventBus } from './redis-streams.event-bus.js';

const dependencies = {
  clientName: 'test',
  logger: { info: () => undefined, warn: () => undefined, error: () => undefined },
};

describe('createEventBus', () => {
  it('makes the bus that the configuration names', async () => {
    const redis = createEventBus({ kind: 'redis', url: 'redis://127.0.0.1:1' }, dependencies);
    const kafka = createEventBus({ kind: 'kafka', brokers: '127.0.0.1:1' }, dependencies);
    expect(redis).toBeInstanceOf(RedisStreamsEventBus);
    expect(kafka).toBeInstanceOf(KafkaEventBus);
    await Promise.all([redis.close(), kafka.close()]);
  });

  it('takes brokers as a list or as a text with commas', () => {
    expect(brokerList('one:9092, two:9092,')).toEqual(['one:9092', 'two:9092']);
    expect(brokerList(['one:9092', ' two:9092 '])).toEqual(['one:9092', 'two:9092']);
  });
});
