import { describe, expect, it } from 'vitest';
import { Metrics } from './metrics.js';

describe('Metrics', () => {
  it('labels every sample with the service, and reports the process once', async () => {
    const first = new Metrics('order');
    const second = new Metrics('cart');
    second.counter('carts_total', 'Carts.', ['kind']).inc({ kind: 'guest' }, 2);
    expect(await second.registry.metrics()).toBe(
      '# HELP carts_total Carts.\n# TYPE carts_total counter\ncarts_total{kind="guest",service="cart"} 2\n',
    );
    expect(await first.registry.metrics()).toContain('process_cpu_user_seconds_total{service="order"}');
  });

  it('gives the same metric for the same name, and refuses the name for another kind', () => {
    const metrics = new Metrics('order');
    const counter = metrics.counter('x_total', 'X.');
    const histogram = metrics.histogram('x_seconds', 'X.', ['method']);
    const gauge = metrics.gauge('x', 'X.');
    expect(metrics.counter('x_total', 'X.')).toBe(counter);
    expect(metrics.histogram('x_seconds', 'X.', ['method'])).toBe(histogram);
    expect(metrics.gauge('x', 'X.')).toBe(gauge);
    expect(() => metrics.gauge('x_total', 'X.')).toThrow('x_total already exists');
  });

  it('reads a gauge when it is scraped', async () => {
    const metrics = new Metrics('order');
    let depth = 3;
    metrics.gauge('queue_depth', 'Depth.', [], (gauge) => gauge.set(depth));
    expect(await metrics.registry.getSingleMetricAsString('queue_depth')).toContain('} 3');
    depth = 5;
    expect(await metrics.registry.getSingleMetricAsString('queue_depth')).toContain('} 5');
  });

  it('counts a gauge that cannot be read, and still shows the others', async () => {
    const metrics = new Metrics('order');
    metrics.counter('ok_total', 'Ok.').inc();
    metrics.gauge('queue_depth', 'Depth.', [], () => Promise.reject(new Error('away')));
    await metrics.registry.metrics();
    const text = await metrics.registry.metrics();
    expect(text).toContain('ok_total{service="order"} 1');
    expect(text).toMatch(/metrics_collect_errors_total\{metric="queue_depth",service="order"\} [12]/);
  });

  it('counts durations in buckets of seconds unless others are given', async () => {
    const metrics = new Metrics('order');
    metrics.histogram('call_seconds', 'Call.').observe(0.03);
    metrics.histogram('items', 'Items.', [], [1, 10]).observe(7);
    const text = await metrics.registry.metrics();
    expect(text).toContain('call_seconds_bucket{le="0.025",service="order"} 0');
    expect(text).toContain('call_seconds_bucket{le="0.05",service="order"} 1');
    expect(text).toContain('items_bucket{le="10",service="order"} 1');
  });

  it('measures times with the trace as their example where there is a collector', async () => {
    const metrics = new Metrics('order', true);
    const histogram = metrics.tracedHistogram('x_seconds', 'X.', ['method']);
    metrics.observe(histogram, { method: 'Get' }, 0.004);
    const text = await metrics.registry.metrics();
    expect(metrics.registry.contentType).toContain('application/openmetrics-text');
    expect(text).toContain('x_seconds_count{service="order",method="Get"} 1');
    expect(text).not.toContain('trace_id');
  });
});
