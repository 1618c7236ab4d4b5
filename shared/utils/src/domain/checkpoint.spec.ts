import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, describe, expect, it } from 'vitest';
import { checkpoint, crashPoint, onCheckpoint } from './checkpoint.js';

const SOURCE = new URL('./checkpoint.ts', import.meta.url).href;

/** Runs a process that passes one checkpoint and then ends with 0. */
async function runPast(name: string, env: Record<string, string>) {
  const script = `const { checkpoint } = await import(${JSON.stringify(SOURCE)}); await checkpoint(${JSON.stringify(name)});`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    env: { ...env },
    stdio: 'ignore',
  });
  const [code, signal] = await once(child, 'exit');
  return { code, signal };
}

afterEach(() => onCheckpoint(undefined));

describe('checkpoint', () => {
  it('passes at once when nobody listens', async () => {
    await expect(checkpoint('order.reserved')).resolves.toBeUndefined();
  });

  it('waits for the listener, and no longer once it is removed', async () => {
    const seen: string[] = [];
    onCheckpoint(async (name) => {
      await Promise.resolve();
      seen.push(name);
    });
    await checkpoint('order.reserved');
    expect(seen).toEqual(['order.reserved']);
    onCheckpoint(undefined);
    await checkpoint('order.paid');
    expect(seen).toEqual(['order.reserved']);
  });

  it('kills the process at the named point, and at no other', async () => {
    const env = { VICI_CRASH_AT: 'order.reserved' };
    expect(await runPast('order.reserved', env)).toEqual({ code: null, signal: 'SIGKILL' });
    expect(await runPast('order.paid', env)).toEqual({ code: 0, signal: null });
  });

  it('never kills in production', async () => {
    const env = { VICI_CRASH_AT: 'order.reserved', NODE_ENV: 'production' };
    expect(crashPoint(env)).toBeUndefined();
    expect(await runPast('order.reserved', env)).toEqual({ code: 0, signal: null });
  });
});
