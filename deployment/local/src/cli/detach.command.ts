import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { RunStateFile } from '../stack/run-state.js';
import { parseStartMessage, terminalReporter } from './reporter.js';
import { PROGRAM, type Workspace } from './workspace.js';

const MAIN = fileURLToPath(new URL('./main.js', import.meta.url));

/** Starts Vici in a process that stays, and returns when it is ready. Where one runs already, says so. */
export async function runDetached({ dataDir }: Workspace, upFlags: readonly string[]): Promise<number> {
  const running = await new RunStateFile(dataDir).readLive();
  if (running !== undefined) {
    console.log(`Vici already runs: ${running.apiUrl} (${PROGRAM} status shows more).`);
    return 0;
  }
  const folder = join(dataDir, 'logs');
  mkdirSync(folder, { recursive: true });
  const logFile = join(folder, 'start.log');
  // Emptied at each start: it holds what a start that fails has to say.
  const output = openSync(logFile, 'w', 0o600);
  const child = spawn(process.execPath, [...process.execArgv, MAIN, 'up', ...upFlags], {
    detached: true,
    stdio: ['ignore', output, output, 'ipc'],
    env: { ...process.env, VICI_DETACHED: '1' },
  });
  closeSync(output);
  const interrupt = (): void => {
    child.kill('SIGTERM');
  };
  process.on('SIGINT', interrupt).on('SIGTERM', interrupt);
  const ready = await waitForStart(child);
  if (!ready) {
    process.stderr.write(readFileSync(logFile, 'utf8'));
    return 1;
  }
  child.unref();
  return 0;
}

async function waitForStart(child: ChildProcess): Promise<boolean> {
  const ready = Promise.withResolvers<boolean>();
  child.on('message', (value) => {
    const message = parseStartMessage(value);
    if (message?.kind === 'progress') {
      terminalReporter.progress(message.text);
    } else if (message?.kind === 'ready') {
      console.log(message.text.replace('Ctrl-C or ', ''));
      ready.resolve(true);
    }
  });
  const ended = once(child, 'exit').then(() => false);
  return await Promise.race([ready.promise, ended]);
}
