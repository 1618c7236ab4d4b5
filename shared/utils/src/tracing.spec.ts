import { afterAll, describe, expect, it } from 'vitest';
import { activeTraceId, extractTrace, injectTrace, runInTrace, startTracing, withSpan } from './tracing.js';

const INBOUND = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

describe('tracing without a collector', () => {
  it('does nothing: no trace id, nothing injected, work runs as usual', async () => {
    const stop = await startTracing('order', {});
    expect(await withSpan('work', {}, () => Promise.resolve(activeTraceId()))).toBeUndefined();
    expect(injectTrace({})).toEqual({});
    await stop();
  });
});

describe('tracing with a collector', () => {
  const endpoint = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9' };
  process.env.OTEL_TRACES_EXPORTER = 'none';

  afterAll(async () => {
    const stop = await startTracing('order', endpoint);
    await stop();
  });

  it('starts once per process', async () => {
    expect(await startTracing('order', endpoint)).toBe(await startTracing('cart', endpoint));
  });

  it('carries an incoming trace on to the next call', async () => {
    await startTracing('order', endpoint);
    const seen = await runInTrace(extractTrace({ traceparent: INBOUND }), () =>
      withSpan('work', {}, () => Promise.resolve({ id: activeTraceId(), ...injectTrace({}) })),
    );
    expect(seen).toEqual({
      id: '0af7651916cd43dd8448eb211c80319c',
      traceparent: expect.stringMatching(/^00-0af7651916cd43dd8448eb211c80319c-[0-9a-f]{16}-01$/),
    });
    expect(activeTraceId()).toBeUndefined();
  });

  it('tells two traces apart, however often they come', async () => {
    await startTracing('order', endpoint);
    const other = INBOUND.replace('0af7', '1bf7');
    const traceIds = [INBOUND, other, INBOUND, other].map((traceparent) =>
      runInTrace(extractTrace({ traceparent }), activeTraceId),
    );
    expect(traceIds).toEqual(
      ['0af7', '1bf7', '0af7', '1bf7'].map((id) => `${id}651916cd43dd8448eb211c80319c`),
    );
  });

  it('passes a failure on', async () => {
    const failure = new Error('no');
    await expect(withSpan('work', {}, () => Promise.reject(failure))).rejects.toBe(failure);
  });
});
