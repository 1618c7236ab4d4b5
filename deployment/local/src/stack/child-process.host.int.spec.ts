import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '@vici/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ChildProcessHost } from './child-process.host.js';
import { lastingPort } from './lasting-port.js';
import { ServiceLogs } from './service-logs.js';

/** A service in the least: ready at once, and telling what it was started with. */
const SCRIPT = `
const { createServer } = require('node:http');
console.log(JSON.stringify({ message: 'started', crashAt: process.env.VICI_CRASH_AT ?? 'nowhere' }));
if (process.env.BROKEN === '1') process.exit(3);
process.on('SIGTERM', () => process.exit(0));
process.on('message', ({ hold }) => {
  if (hold === undefined) return;
  process.send({ armed: hold });
  process.send({ reached: hold });
});
createServer((request, response) => {
  if (request.url === '/crash') process.exit(7);
  response.end('ok');
}).listen(Number(process.env.HTTP_PORT), '127.0.0.1');
`;

let root = '';
let url = '';
let lines: string[] = [];
let env: Record<string, string> = {};
let host: ChildProcessHost;
let logs: ServiceLogs;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'vici-host-'));
  await mkdir(join(root, 'services/order-service/dist'), { recursive: true });
  await writeFile(join(root, 'services/order-service/dist/main.js'), SCRIPT);
  await writeFile(join(root, 'services/order-service/package.json'), '{"type":"commonjs"}');
  const port = await lastingPort();
  url = `http://127.0.0.1:${port}`;
  lines = [];
  env = { HTTP_PORT: String(port) };
  logs = new ServiceLogs(root, (_service, line) => lines.push(line));
  host = new ChildProcessHost({
    root,
    logs,
    environmentOf: () => env,
    httpUrlOf: () => url,
    onChange: () => undefined,
  });
});

afterEach(async () => {
  await host.stop('order');
  await logs.close();
  await rm(root, { recursive: true, force: true });
});

const answers = () => fetch(url).then((response) => response.ok);
const starts = () => lines.filter((line) => line.includes('"started"')).length;

describe('a service in its own process', () => {
  it('is started again after it was killed from outside, and the loss is reported', async () => {
    await host.start('order');
    const first = host.standing('order').pid;
    process.kill(first ?? 0, 'SIGKILL');
    await eventually(async () => {
      expect(host.standing('order').restarts).toBe(1);
      expect(await answers()).toBe(true);
    });
    expect(host.standing('order').pid).not.toBe(first);
    expect(
      lines.some((line) => line.includes('The service was ended by SIGKILL; it is started again in 0.25 s.')),
    ).toBe(true);
  });

  it('stays down after `kill` until `restart`', async () => {
    await host.start('order');
    await host.kill('order', 'SIGKILL');
    expect(host.standing('order').pid).toBeUndefined();
    await new Promise((resolve) => setTimeout(resolve, 600));
    expect(starts()).toBe(1);
    await expect(host.kill('order', 'SIGKILL')).rejects.toThrow('order is not running.');
    await host.restart('order');
    expect(await answers()).toBe(true);
    await eventually(() => expect([starts(), host.standing('order').restarts]).toEqual([2, 0]));
  });

  it('is asked to end before it is restarted, and one that is stopped does not come back', async () => {
    await host.start('order');
    await host.restart('order');
    await host.stop('order');
    await new Promise((resolve) => setTimeout(resolve, 600));
    expect([starts(), host.standing('order').pid]).toEqual([2, undefined]);
    expect(lines.filter((line) => line.includes('"error"'))).toEqual([]);
  });

  it('has a replica on ports of its own, which is started again when asked and stays down when killed', async () => {
    await host.start('order');
    const replica = await host.startReplica('order');
    const alive = () => fetch(replica.http).then((response) => response.ok);
    expect([await answers(), await alive(), replica.http === url]).toEqual([true, true, false]);
    await replica.restart();
    expect([await answers(), await alive()]).toEqual([true, true]);
    await eventually(() => expect(starts()).toBe(3));
    await replica.kill('SIGKILL');
    await expect(alive()).rejects.toThrow();
    expect(await answers()).toBe(true);
  });

  it('has a crash point once: it is gone when the crash is over', async () => {
    env['VICI_CRASH_AT'] = 'order.reserved';
    await host.start('order');
    await expect(fetch(`${url}/crash`)).rejects.toThrow();
    await eventually(async () => expect(await answers()).toBe(true));
    const points = () =>
      lines.filter((line) => line.includes('"started"')).map((line) => JSON.parse(line).crashAt);
    await eventually(() => expect(points()).toEqual(['order.reserved', 'nowhere']));
  });

  it('is heard also when somebody reaches the checkpoint in the moment it is armed', async () => {
    await host.start('order');
    const { reached } = await host.holdAt('order', 'order.reserved');
    await reached;
  });

  it('that cannot start says how it ended', async () => {
    env['BROKEN'] = '1';
    await expect(host.start('order')).rejects.toThrow('order did not become ready: it exited with code 3.');
  });

  it('that is not built is named with what to do', async () => {
    await expect(host.start('cart')).rejects.toThrow(
      /cart is not built: .* is missing\. Run npm run build\./,
    );
  });
});
