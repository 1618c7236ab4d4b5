import { appendFileSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createEvent } from '@vici/events';
import { Logger, newId } from '@vici/utils';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { SpooledBatch } from '../application/ports.js';
import { FileEventSpool, NoEventSpool } from './file-event-spool.js';

const MB = 1_048_576;
const logger = new Logger({ service: 'test', level: 'silent' });
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'vici-spool-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const open = (maxBytes = MB) => new FileEventSpool(folder, maxBytes, logger);
const files = () => readdirSync(folder).filter((name) => name.endsWith('.jsonl'));

function batch(token: string, count = 1): SpooledBatch {
  const sessionId = newId();
  const data = {
    eventType: 'page_view' as const,
    sessionId,
    timestamp: 1_793_000_000_000,
    metadata: { mark: '✓ "\n' },
  };
  return {
    token,
    events: Array.from({ length: count }, () => createEvent('page_view', { subject: sessionId, data })),
  };
}

/** Takes everything out, in order. */
async function drain(spool: FileEventSpool): Promise<SpooledBatch[]> {
  const taken: SpooledBatch[] = [];
  for (let next = await spool.peek(); next !== undefined; next = await spool.peek()) {
    taken.push(next);
    await spool.shift();
  }
  return taken;
}

describe('the spool', () => {
  it('gives back what it was given, in order, and leaves nothing behind', async () => {
    const spool = open();
    const batches = ['a', 'b', 'c'].map((token) => batch(token));
    expect([spool.isEmpty, spool.size, await spool.peek()]).toEqual([true, 0, undefined]);

    await Promise.all(batches.map((one) => spool.add(one)));
    expect(spool.isEmpty).toBe(false);
    expect(await spool.peek()).toEqual(batches[0]);
    expect(await spool.peek()).toEqual(batches[0]);
    expect(await drain(spool)).toEqual(batches);

    expect([spool.isEmpty, spool.size, files()]).toEqual([true, 0, []]);
  });

  it('is not empty from the moment something is being added, so that nothing overtakes it', async () => {
    const spool = open();
    const adding = spool.add(batch('a'));
    expect(spool.isEmpty).toBe(false);
    await adding;
  });

  it('goes on taking while it is emptied', async () => {
    const spool = open();
    const batches = Array.from({ length: 60 }, (_, index) => batch(String(index)));
    const taken: SpooledBatch[] = [];
    const adding = (async () => {
      for (const one of batches) await spool.add(one);
    })();
    while (taken.length < batches.length) taken.push(...(await drain(spool)));
    await adding;
    expect(taken.map(({ token }) => token)).toEqual(batches.map(({ token }) => token));
    expect(spool.isEmpty).toBe(true);
  });

  it('spreads what it holds over files that it removes one by one', async () => {
    const spool = open(64 * MB);
    // Two and a half megabytes each: a file ends with the one that takes it over four.
    for (const token of ['a', 'b', 'c', 'd']) await spool.add(batch(token, 6_000));
    expect(files()).toHaveLength(2);
    for (let step = 0; step < 3; step += 1) {
      await spool.peek();
      await spool.shift();
    }
    await spool.peek();
    expect(files()).toHaveLength(1);
    expect((await drain(spool)).map(({ token }) => token)).toEqual(['d']);
  });

  it('refuses what is over its bound, saying when to come again, and keeps what it has', async () => {
    const spool = open(1_000);
    await spool.add(batch('a'));
    await expect(spool.add(batch('b', 3))).rejects.toMatchObject({
      code: 'SERVICE_UNAVAILABLE',
      details: { retryAfterSeconds: 5 },
    });
    expect((await drain(spool)).map(({ token }) => token)).toEqual(['a']);
    await spool.add(batch('c'));
    expect(spool.isEmpty).toBe(false);
  });
});

describe('a spool whose process died', () => {
  it('has everything that was acknowledged, from where it had been emptied to', async () => {
    const dead = open();
    for (const token of ['a', 'b', 'c']) await dead.add(batch(token));
    await dead.peek();
    await dead.shift();

    const next = open();
    expect(next.isEmpty).toBe(false);
    await next.add(batch('d'));
    expect((await drain(next)).map(({ token }) => token)).toEqual(['b', 'c', 'd']);
    expect(next.size).toBe(0);
  });

  it('leaves out the half of a line that was never acknowledged', async () => {
    await open().add(batch('a'));
    appendFileSync(join(folder, files()[0] ?? ''), '{"token":"half","events":[{"spec');

    const next = open();
    await next.add(batch('b'));
    expect((await drain(next)).map(({ token }) => token)).toEqual(['a', 'b']);
  });

  it('is left to its process while that is alive', () => {
    writeFileSync(join(folder, 'owner.pid'), String(process.ppid));
    expect(() => open()).toThrow(`belongs to process ${process.ppid}, which is running`);
  });
});

it('keeps nothing where there is no folder', async () => {
  const spool = new NoEventSpool();
  await expect(spool.add()).rejects.toMatchObject({ code: 'SERVICE_UNAVAILABLE' });
  expect([spool.isEmpty, await spool.peek(), await spool.shift()]).toEqual([true, undefined, undefined]);
});
