import { trace } from '@opentelemetry/api';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { whenRecorded } from './recorded-only.js';
import { extractTrace, runInTrace, startTracing, withSpan } from './tracing.js';

const TRACE = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331';
const endpoint = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9' };

let stop: () => Promise<void>;
beforeAll(async () => {
  process.env['OTEL_TRACES_EXPORTER'] = 'none';
  stop = await startTracing('order', endpoint);
});
afterAll(() => stop());

it.each([
  ['01', 'traced'],
  ['00', 'plain'],
])('in a trace with the flags %s the %s one is called, on the same object', async (flags, wanted) => {
  class Connection {
    readonly name = 'connection';
    query = whenRecorded(
      function plain(this: Connection, text: string) {
        return ['plain', this.name, text];
      },
      function traced(this: Connection, text: string) {
        return ['traced', this.name, text];
      },
    );
  }
  const called = await runInTrace(extractTrace({ traceparent: `${TRACE}-${flags}` }), () =>
    withSpan('work', {}, async () => new Connection().query('select 1')),
  );
  expect(called).toEqual([wanted, 'connection', 'select 1']);
  expect(trace.getActiveSpan()).toBeUndefined();
});
