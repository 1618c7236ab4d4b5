import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** A Node process that has started a server and stays until it is killed. */
export interface OtherProcess {
  serverPid: number;
  /** kill -9: nothing of its own clean-up runs */
  kill(): Promise<void>;
}

/** Lets Node run the sources as they are: a file that is imported as `x.js` is `x.ts` on disk. */
const RUN_SOURCES = `
  import { registerHooks } from 'node:module';
  registerHooks({
    resolve: (specifier, context, next) =>
      specifier.startsWith('.') && context.parentURL?.endsWith('.ts')
        ? next(specifier.replace(/\\.js$/, '.ts'), context)
        : next(specifier, context),
  });`;

/** Calls `startPostgres` or `startRedis` with the given options in a process of its own. */
export async function startInOtherProcess(
  start: 'startPostgres' | 'startRedis',
  options: { dataDir: string; detached?: boolean },
): Promise<OtherProcess> {
  const index = new URL('../index.ts', import.meta.url).href;
  const script = `${RUN_SOURCES}
    const services = await import(${JSON.stringify(index)});
    const service = await services[${JSON.stringify(start)}](${JSON.stringify(options)});
    console.log(service.pid);
    setInterval(() => {}, 60_000);`;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', script], {
    cwd: fileURLToPath(new URL('.', import.meta.url)),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`The process that was to start a server ended with ${code}`);
  });
  const [line] = await Promise.race([once(createInterface({ input: child.stdout }), 'line'), ended]);
  return {
    serverPid: Number(line),
    kill: async () => {
      const exit = once(child, 'exit');
      child.kill('SIGKILL');
      await exit;
    },
  };
}
