import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);
const POLL_MS = 50;

/** A process that runs now. */
export interface LiveProcess {
  /** The moment it started, as the system states it: with the process id it names one process for ever. */
  readonly identity: string;
  readonly residentBytes: number;
}

/** What the system knows of a process; undefined when it has ended. */
export async function lookUpProcess(pid: number): Promise<LiveProcess | undefined> {
  return process.platform === 'linux' ? await lookUpOnLinux(pid) : await lookUpByPs(pid);
}

/** Whether the very process that was noted still runs, and not another one under its number. */
export async function isSameProcess(noted: { pid: number; identity: string }): Promise<boolean> {
  return (await lookUpProcess(noted.pid))?.identity === noted.identity;
}

/**
 * Ends a noted process: the signal, and SIGKILL when it has not ended after `patienceMs`. Resolves when it is gone.
 * Does nothing when it has ended already, even if its number is in use again.
 */
export async function endProcess(
  noted: { pid: number; identity: string },
  signal: NodeJS.Signals,
  patienceMs: number,
): Promise<void> {
  const deadline = Date.now() + patienceMs;
  let sent = false;
  let forced = false;
  while (await isSameProcess(noted)) {
    if (!sent) {
      signalProcess(noted.pid, signal);
      sent = true;
    } else if (!forced && Date.now() > deadline) {
      signalProcess(noted.pid, 'SIGKILL');
      forced = true;
    }
    await sleep(POLL_MS);
  }
}

/** Sends a signal; a process that has just ended is no error. */
export function signalProcess(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) {
      throw error;
    }
  }
}

async function lookUpOnLinux(pid: number): Promise<LiveProcess | undefined> {
  const [stat, status] = await Promise.all(
    ['stat', 'status'].map((file) => readFile(`/proc/${pid}/${file}`, 'utf8').catch(() => '')),
  );
  // proc(5): after the command name in parentheses come the state (field 3) … and the start time (field 22).
  const fields = (stat ?? '').slice((stat ?? '').lastIndexOf(')') + 2).split(' ');
  const [state] = fields;
  const identity = fields[19];
  if (identity === undefined || state === 'Z' || state === 'X') {
    return undefined;
  }
  const kibibytes = Number(/^VmRSS:\s+(\d+) kB$/m.exec(status ?? '')?.[1] ?? 0);
  return { identity, residentBytes: kibibytes * 1024 };
}

async function lookUpByPs(pid: number): Promise<LiveProcess | undefined> {
  const answer = await run('ps', ['-o', 'stat=,rss=,lstart=', '-p', String(pid)]).catch(() => undefined);
  const [state, kibibytes, ...started] = answer?.stdout.trim().split(/\s+/) ?? [];
  if (state === undefined || state === '' || state.startsWith('Z')) {
    return undefined;
  }
  return { identity: started.join(' '), residentBytes: Number(kibibytes) * 1024 };
}
