import { Logger, loadConfig, Metrics, runInContext } from '@vici/utils';
import { describe, expect, it } from 'vitest';
import { gatewayConfig } from '../gateway.config.js';
import { BehaviourTracker } from './behaviour-tracker.js';

/** A tracker whose event service answers once the gate opens; `sent` holds the ids it was given. */
function makeTracker(gate: Promise<void>) {
  const sent: string[] = [];
  const metrics = new Metrics('test');
  const tracker = new BehaviourTracker(
    {
      ingest: async ({ events = [] }) => {
        await gate;
        sent.push(...events.map(({ id = '' }) => id));
        return { accepted: events.length, duplicates: 0, rejected: [] };
      },
      ingestJson: async () => ({ accepted: 0, duplicates: 0, rejected: [] }),
    },
    loadConfig(gatewayConfig, { NODE_ENV: 'test', TRACKING_QUEUE_MAX: '6' }),
    new Logger({ service: 'test', level: 'silent' }),
    metrics,
  );
  return { tracker, sent, metrics };
}

const view = (tracker: BehaviourTracker, requestId: string) =>
  runInContext({ requestId, caller: { role: 'anonymous', shopperSessionId: 's' } }, () =>
    tracker.track({ eventType: 'product_view', productId: 'p' }),
  );

describe('behaviour that cannot be handed over', () => {
  it('waits up to a bound; what is more is dropped and counted', async () => {
    const gate = Promise.withResolvers<void>();
    const { tracker, sent, metrics } = makeTracker(gate.promise);
    for (let index = 0; index < 9; index += 1) view(tracker, `r${index}`);
    const text = await metrics.registry.metrics();
    expect(text).toContain('gateway_tracked_behaviour_total{result="dropped",service="test"} 3');
    expect(text).toContain('gateway_tracked_behaviour_waiting{service="test"} 6');
    gate.resolve();
    await tracker.onModuleDestroy();
    expect(sent).toHaveLength(6);
  });

  it('is handed over at shutdown, all of it', async () => {
    const { tracker, sent } = makeTracker(Promise.resolve());
    for (const requestId of ['a', 'b', 'c', 'd', 'e']) view(tracker, requestId);
    await tracker.onModuleDestroy();
    expect(sent).toHaveLength(5);
    expect(new Set(sent).size).toBe(5);
  });

  it('is nothing outside of a request', async () => {
    const { tracker, sent } = makeTracker(Promise.resolve());
    tracker.track({ eventType: 'product_view', productId: 'p' });
    await tracker.onModuleDestroy();
    expect(sent).toEqual([]);
  });
});
