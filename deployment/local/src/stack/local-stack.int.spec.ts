import { chmod, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startStack } from './local-stack.js';
import { RunStateFile } from './run-state.js';
import type { LocalStackOptions } from './stack-options.js';

const root = fileURLToPath(new URL('../../../../', import.meta.url));
let dataDir = '';
let options: LocalStackOptions;

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'vici-stack-'));
  await chmod(dataDir, 0o755);
  options = { root, dataDir, ports: 'free', ephemeral: true, seed: false };
});

afterEach(() => rm(dataDir, { recursive: true, force: true }));

describe('a local stack', () => {
  it('serves, restarts a service, keeps its data folder to itself and leaves nothing running', async () => {
    const progress: string[] = [];
    const stack = await startStack({ ...options, onProgress: (sentence) => progress.push(sentence) }, [
      'user',
    ]);
    try {
      expect(progress).toEqual(['Starting PostgreSQL, Redis, picture store and mail inbox', 'Starting user']);
      expect((await fetch(`${stack.endpoints.http('user-service')}/ready`)).status).toBe(200);
      expect(stack.endpoints.databaseUrl('user')).toContain('//user_service:');
      expect(await stack.mailbox.messages()).toEqual([]);
      expect((await new RunStateFile(dataDir).readLive())?.status).toBe('ready');
      await expect(startStack(options, ['user'])).rejects.toThrow('Vici already runs here');
      await expect(stack.kill('user')).rejects.toThrow('mode "processes"');

      await stack.restart('user');

      expect((await fetch(`${stack.endpoints.http('user')}/ready`)).status).toBe(200);
      expect(stack.pid('user')).toBe(process.pid);
      expect(() => stack.pid('users')).toThrow('There is no service "users".');
    } finally {
      await stack.stop();
    }
    await expect(fetch(stack.endpoints.http('user'))).rejects.toThrow('fetch failed');
    expect(await readdir(dataDir)).not.toContain('run.json');
    const log = await readFile(join(dataDir, 'logs', 'user.log'), 'utf8');
    expect(log.split('\n').filter((line) => line.includes('The service is running.'))).toHaveLength(2);
  }, 60_000);

  it('that cannot start stops what it had started and names the service', async () => {
    const broken = { ...options, serviceEnv: { user: { DATABASE_POOL_MAX: 'many' } } };
    await expect(startStack(broken, ['user'])).rejects.toThrow(/^user could not start: .*DATABASE_POOL_MAX/s);
    expect(await readdir(dataDir)).not.toContain('run.json');
    const server = await readdir(join(dataDir, 'postgres'));
    expect(server).not.toContain('server.json');
  }, 60_000);

  it('whose start is no longer wanted does not go on', async () => {
    const wanted = new AbortController();
    const starting = startStack(
      { ...options, signal: wanted.signal, onProgress: () => wanted.abort(new Error('not wanted')) },
      ['user'],
    );
    await expect(starting).rejects.toThrow('not wanted');
    expect(await readdir(dataDir)).not.toContain('run.json');
  }, 60_000);
});
