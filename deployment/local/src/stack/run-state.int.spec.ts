import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isSameProcess } from './process-table.js';
import { AlreadyRunningError, noteProcess, type RunState, RunStateFile } from './run-state.js';

let folder = '';
const gone = { pid: process.pid, identity: 'another moment' };

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vici-run-'));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

async function stateOf(over: Partial<RunState> = {}): Promise<RunState> {
  const supervisor = await noteProcess(process.pid);
  if (supervisor === undefined) throw new Error('this process is not in the table');
  return {
    supervisor,
    startedAt: '2026-01-01T00:00:00.000Z',
    status: 'starting',
    mode: 'processes',
    bus: 'redis',
    apiUrl: 'http://127.0.0.1:3000',
    services: [],
    backing: [],
    ...over,
  };
}

describe('run.json', () => {
  it('lets one stack have a data folder and tells the second where the first is', async () => {
    const first = new RunStateFile(folder);
    await first.claim(await stateOf());
    const refusal = await new RunStateFile(folder).claim(await stateOf()).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(AlreadyRunningError);
    expect(String(refusal)).toContain(`process ${process.pid}, http://127.0.0.1:3000`);
    expect(await readdir(folder)).toEqual(['run.json']);
    await first.remove();
    await new RunStateFile(folder).claim(await stateOf());
  });

  it('of two claims at once grants one', async () => {
    const state = await stateOf();
    const claims = await Promise.allSettled([1, 2].map(() => new RunStateFile(folder).claim(state)));
    expect(claims.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  });

  it('is taken over from a supervisor that was killed, whose services are ended first', async () => {
    const orphan = spawn('sleep', ['60']);
    await once(orphan, 'spawn');
    const noted = await noteProcess(orphan.pid ?? 0);
    if (noted === undefined) throw new Error('no orphan');
    const left = await stateOf({
      supervisor: gone,
      services: [
        { name: 'order', http: 1, restarts: 0, process: noted },
        // Its number belongs to somebody else by now: this very process.
        { name: 'cart', http: 2, restarts: 0, process: gone },
      ],
    });
    await writeFile(join(folder, 'run.json'), JSON.stringify(left));
    const file = new RunStateFile(folder);
    expect(await file.readLive()).toBeUndefined();

    await file.claim(await stateOf());

    expect(await isSameProcess(noted)).toBe(false);
    expect((await file.readLive())?.supervisor.pid).toBe(process.pid);
  });

  it('counts for nothing when it was cut short', async () => {
    await writeFile(join(folder, 'run.json'), '{"supervisor": {"pi');
    const file = new RunStateFile(folder);
    expect(await file.readLive()).toBeUndefined();
    await file.claim(await stateOf());
    expect((await file.readLive())?.status).toBe('starting');
  });

  it('is not brought back by an update that comes after its removal', async () => {
    const file = new RunStateFile(folder);
    await file.claim(await stateOf());
    await file.update(await stateOf({ status: 'ready' }));
    expect((await file.readLive())?.status).toBe('ready');
    await file.remove();
    await file.update(await stateOf());
    expect(await readdir(folder)).toEqual([]);
  });
});
