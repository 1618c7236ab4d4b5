import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);
const WITHIN_MS = 2_000;

/**
 * Has Linux schedule a process, and what it will start, as one that works through a batch (SCHED_BATCH): its share of the
 * processor stays the same, but when it is woken it waits for a free core or its turn instead of being run in the place
 * of whoever woke it. A server that is asked by one busy thread of the same machine would stop that thread with each
 * question. Elsewhere, or without util-linux, nothing changes.
 */
export async function scheduleAsBatch(pid: number): Promise<void> {
  if (process.platform !== 'linux') return;
  // Not worth a failed start: the server works without, a little slower.
  await run('chrt', ['--all-tasks', '--batch', '--pid', '0', String(pid)], {
    timeout: WITHIN_MS,
  }).catch(() => undefined);
}
