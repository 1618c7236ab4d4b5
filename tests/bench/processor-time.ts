import { readdir, readFile } from 'node:fs/promises';

/** Milliseconds of processor time by program; of PostgreSQL by database. */
export type ProcessorTime = ReadonlyMap<string, number>;

interface Process {
  readonly pid: number;
  readonly parent: number;
  readonly program: string;
  readonly ms: number;
}

/** What /proc counts in: hundredths of a second on every Linux. */
const TICK_MS = 10;
/** How PostgreSQL titles the process that serves a connection: "postgres: user database host(port) …", or "[local]". */
const SERVED_DATABASE = /^postgres: \S+ (\S+) (?:\S+\(\d+\)|\[local\])/;

/**
 * Of this process, as `load`, and of all that it has started and that still runs, by program. Nothing where there is no
 * /proc.
 */
export async function processorTime(): Promise<ProcessorTime> {
  const processes = (await Promise.all((await pids()).map(read))).flat();
  const byParent = Map.groupBy(processes, ({ parent }) => parent);
  const times = new Map<string, number>();
  const add = ({ pid, program, ms }: Process): void => {
    times.set(program, (times.get(program) ?? 0) + ms);
    for (const child of byParent.get(pid) ?? []) add(child);
  };
  for (const own of processes.filter(({ pid }) => pid === process.pid)) add({ ...own, program: 'load' });
  return times;
}

/** What each program used between the two, in microseconds for each of so many events, the most first. */
export function perEvent(before: ProcessorTime, after: ProcessorTime, events: number): [string, number][] {
  return [...after]
    .map(([program, ms]): [string, number] => [
      program,
      (1_000 * (ms - (before.get(program) ?? 0))) / Math.max(1, events),
    ])
    .filter(([, us]) => us >= 0.05)
    .sort(([, left], [, right]) => right - left);
}

async function pids(): Promise<string[]> {
  try {
    return (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  } catch {
    // No Linux.
    return [];
  }
}

async function read(pid: string): Promise<Process[]> {
  let line: string;
  let title: string;
  try {
    line = await readFile(`/proc/${pid}/stat`, 'utf8');
    title = await readFile(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    // Ended since it was listed.
    return [];
  }
  // The name is in parentheses and may hold anything; https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html
  const end = line.lastIndexOf(')');
  const fields = line.slice(end + 2).split(' ');
  const [parent, user, system] = [fields[1], fields[11], fields[12]].map(Number);
  const database = SERVED_DATABASE.exec(title)?.[1];
  const program = `${line.slice(line.indexOf('(') + 1, end)}${database === undefined ? '' : ` ${database}`}`;
  return [{ pid: Number(pid), parent: parent ?? 0, program, ms: ((user ?? 0) + (system ?? 0)) * TICK_MS }];
}
