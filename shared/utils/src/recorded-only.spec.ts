import { once } from 'node:events';
import { createServer } from 'node:http';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { whenRecorded } from './recorded-only.js';
import {
  extractTrace,
  injectTrace,
  runInTrace,
  type StopTracing,
  startTracing,
  withSpan,
} from './tracing.js';

const TRACE = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331';

/** Takes whatever it is sent. */
const collector = createServer((request, response) => request.resume().once('end', () => response.end()));
let stop: StopTracing;
beforeAll(async () => {
  collector.listen(0, '127.0.0.1');
  await once(collector, 'listening');
  const address = collector.address();
  if (address === null || typeof address === 'string') throw new Error('The collector does not listen');
  process.env['OTEL_EXPORTER_OTLP_ENDPOINT'] = `http://127.0.0.1:${address.port}`;
  stop = await startTracing('order');
});
afterAll(async () => {
  await stop();
  collector.closeAllConnections();
  collector.close();
});

const inTrace = <T>(flags: string, work: () => Promise<T>): Promise<T> =>
  runInTrace(extractTrace({ traceparent: `${TRACE}-${flags}` }), work);

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

it.each([
  ['01', 'traced'],
  ['00', 'plain'],
])('in a trace with the flags %s the %s one is called, on the same object', async (flags, wanted) => {
  const called = await inTrace(flags, () =>
    withSpan('work', {}, async () => new Connection().query('select 1')),
  );
  expect(called).toEqual([wanted, 'connection', 'select 1']);
  expect(new Connection().query('no trace')).toEqual(['plain', 'connection', 'no trace']);
});

it('a trace that was left out has no spans inside a process, and its decision is carried on', async () => {
  const nested = () =>
    withSpan('outer', {}, (outer) =>
      withSpan('inner', {}, async (inner) => ({ same: inner === outer, ...injectTrace({}) })),
    );
  expect(await inTrace('00', nested)).toEqual({
    same: true,
    traceparent: expect.stringMatching(/^00-0af7651916cd43dd8448eb211c80319c-[0-9a-f]{16}-00$/),
  });

  expect(await inTrace('01', nested)).toMatchObject({ same: false });
});
