import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';

const fixture = fileURLToPath(new URL('./run-service.fixture.ts', import.meta.url));
const children: ChildProcessWithoutNullStreams[] = [];

afterEach(() => {
  for (const child of children.splice(0)) {
    child.kill('SIGKILL');
  }
});

interface ServiceProcess {
  readonly child: ChildProcessWithoutNullStreams;
  /** Resolves when the process has written the text. */
  wrote(text: string): Promise<void>;
  output(): string;
  exit(): Promise<number | null>;
}

/** Runs the fixture in a Node process of its own. */
function launch(env: Record<string, string>, ...args: string[]): ServiceProcess {
  const script = `import { runnerImport } from 'vite'; await runnerImport(${JSON.stringify(fixture)});`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script, '--', ...args], {
    env: { PATH: process.env['PATH'], HTTP_HOST: '127.0.0.1', HTTP_PORT: '0', ...env },
  });
  children.push(child);
  const exited = once(child, 'close');
  let output = '';
  child.stdout.on('data', (chunk) => {
    output += String(chunk);
  });
  child.stderr.on('data', (chunk) => {
    output += String(chunk);
  });
  return {
    child,
    output: () => output,
    exit: async () => (await exited)[0],
    wrote: async (text) => {
      while (!output.includes(text)) {
        if (child.exitCode !== null) {
          throw new Error(`The process ended without "${text}":\n${output}`);
        }
        await Promise.race([once(child.stdout, 'data'), exited]);
      }
    },
  };
}

describe('a service process', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)('drains and exits 0 at %s', async (signal) => {
    const service = launch({ FAULT: 'none' });
    await service.wrote('The service is running.');

    service.child.kill(signal);

    expect(await service.exit()).toBe(0);
    expect(service.output()).toContain('The service has stopped.');
  });

  it('exits 1 at once at a second signal', async () => {
    const service = launch({ FAULT: 'hang', SHUTDOWN_GRACE_MS: '60000' });
    await service.wrote('The service is running.');
    service.child.kill('SIGTERM');
    // Two signals that come before the first is handled are one.
    await service.wrote('The worker hangs.');
    const signalledAt = Date.now();

    service.child.kill('SIGTERM');

    expect(await service.exit()).toBe(1);
    // Far from the minute it hangs for, and has.
    expect(Date.now() - signalledAt).toBeLessThan(20_000);
    expect(service.output()).not.toContain('The service has stopped.');
  });

  it('ends, instead of complaining for ever, when nobody reads its log any more', async () => {
    const service = launch({ FAULT: 'none' });
    await service.wrote('The service is running.');
    service.child.stdout.destroy();
    service.child.stderr.destroy();

    service.child.kill('SIGTERM');

    expect([0, 1]).toContain(await service.exit());
  });

  it('lists the faults of its configuration and exits 1', async () => {
    const service = launch({ HTTP_PORT: 'high' });

    expect(await service.exit()).toBe(1);
    expect(service.output()).toContain('The configuration is not valid.');
    expect(service.output()).toContain('HTTP_PORT');
    expect(service.output()).toContain('FAULT');
  });

  it('brings its database up to date and exits 0 when told to migrate, without serving', async () => {
    const service = launch({ FAULT: 'rejection' }, 'migrate');

    expect(await service.exit()).toBe(0);
    expect(service.output()).toContain('The database is up to date.');
    expect(service.output()).not.toContain('The service is running.');
    expect(service.output()).not.toContain('nobody waited for this');
  });

  it('logs an unhandled rejection and exits 1', async () => {
    const service = launch({ FAULT: 'rejection' });

    expect(await service.exit()).toBe(1);
    expect(service.output()).toContain('An error was not handled.');
    expect(service.output()).toContain('nobody waited for this');
  });
});
