import { execFile } from 'node:child_process';
import { readdir, readFile, readlink } from 'node:fs/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);
const SHOWN_COMMAND = 60;
const LISTENING = '0A';

/** The process behind a port. */
export interface PortListener {
  readonly pid: number;
  /** Its command line, cut short. */
  readonly command: string;
}

/** Who listens on a TCP port, where the system tells this user; undefined otherwise. */
export async function listenerOf(port: number): Promise<PortListener | undefined> {
  const pid = process.platform === 'linux' ? await pidOnLinux(port) : await pidByLsof(port);
  if (pid === undefined) {
    return undefined;
  }
  return { pid, command: (await commandOf(pid)).slice(0, SHOWN_COMMAND) };
}

async function pidOnLinux(port: number): Promise<number | undefined> {
  const tables = await Promise.all(['/proc/net/tcp', '/proc/net/tcp6'].map(readIfAny));
  const inodes = new Set(tables.flatMap((table) => listeningInodes(table, port)));
  if (inodes.size === 0) {
    return undefined;
  }
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  for (const pid of pids) {
    if (await holdsSocket(pid, inodes)) {
      return Number(pid);
    }
  }
  return undefined;
}

/** proc(5), net/tcp: local address is column 2, state column 4, inode column 10. */
function listeningInodes(table: string, port: number): string[] {
  const wanted = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  return table
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter((columns) => columns[1]?.endsWith(wanted) === true && columns[3] === LISTENING)
    .flatMap((columns) => columns[9] ?? []);
}

async function holdsSocket(pid: string, inodes: ReadonlySet<string>): Promise<boolean> {
  // Other users' processes are closed to us, and processes end while we look.
  const handles = await readdir(`/proc/${pid}/fd`).catch(() => []);
  for (const handle of handles) {
    const target = await readlink(`/proc/${pid}/fd/${handle}`).catch(() => '');
    if (inodes.has(target.slice('socket:['.length, -1))) {
      return true;
    }
  }
  return false;
}

async function pidByLsof(port: number): Promise<number | undefined> {
  const answer = await run('lsof', ['-nP', `-iTCP:${port}`, '-sTCP:LISTEN', '-t']).catch(() => undefined);
  const pid = Number(answer?.stdout.split('\n')[0]);
  return Number.isInteger(pid) && pid > 0 ? pid : undefined;
}

async function commandOf(pid: number): Promise<string> {
  if (process.platform === 'linux') {
    return (await readIfAny(`/proc/${pid}/cmdline`)).replaceAll('\0', ' ').trim();
  }
  const answer = await run('ps', ['-o', 'command=', '-p', String(pid)]).catch(() => undefined);
  return answer?.stdout.trim() ?? '';
}

function readIfAny(path: string): Promise<string> {
  return readFile(path, 'utf8').catch(() => '');
}
