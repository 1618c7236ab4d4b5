import { newId, runInContext } from '@vici/utils';
import { describe, expect, it } from 'vitest';
import { IngestionGate } from './ingestion-gate.js';

/** A batch that ends when told to. */
function batch(gate: IngestionGate) {
  const { promise, resolve } = Promise.withResolvers<void>();
  const state = { started: false, end: resolve, done: Promise.resolve() };
  state.done = gate.pass(async () => {
    state.started = true;
    await promise;
  });
  return state;
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('IngestionGate', () => {
  it('lets two in, one wait, and turns the fourth away', async () => {
    const gate = new IngestionGate({ concurrency: 2, waiting: 1 });
    const [first, second, third] = [batch(gate), batch(gate), batch(gate)];

    await expect(gate.pass(async () => 'taken')).rejects.toMatchObject({ code: 'SERVICE_UNAVAILABLE' });
    expect([first.started, second.started, third.started, gate.waiting]).toEqual([true, true, false, 1]);

    first.end();
    await first.done;
    await settled();
    expect([third.started, gate.waiting]).toEqual([true, 0]);
    second.end();
    third.end();
    await Promise.all([second.done, third.done]);
  });

  it('frees the place of a batch that fails', async () => {
    const gate = new IngestionGate({ concurrency: 1, waiting: 0 });
    await expect(gate.pass(() => Promise.reject(new Error('lost')))).rejects.toThrow('lost');
    await expect(gate.pass(async () => 'taken')).resolves.toBe('taken');
  });

  it('does not start a batch whose turn comes after its deadline', async () => {
    const gate = new IngestionGate({ concurrency: 1, waiting: 1 });
    const first = batch(gate);
    let ran = false;
    const context = { requestId: newId(), caller: { role: 'anonymous' as const }, deadline: Date.now() - 1 };
    const late = runInContext(context, () =>
      gate.pass(async () => {
        ran = true;
      }),
    );
    first.end();

    await expect(late).rejects.toMatchObject({ code: 'DEADLINE_EXCEEDED' });
    expect(ran).toBe(false);
    await expect(gate.pass(async () => 'taken')).resolves.toBe('taken');
  });

  it('tells when nothing is under way, and lets nobody wait for that longer than they want to', async () => {
    const gate = new IngestionGate({ concurrency: 1, waiting: 1 });
    await gate.idle(60_000);
    const [first, second] = [batch(gate), batch(gate)];
    const seen: string[] = [];
    const gap = gate.idle(60_000).then(() => seen.push('gap'));
    await gate.idle(1).then(() => seen.push('enough'));

    first.end();
    await first.done;
    await settled();
    expect([second.started, seen]).toEqual([true, ['enough']]);
    second.end();
    await gap;
    expect(seen).toEqual(['enough', 'gap']);
  });
});
