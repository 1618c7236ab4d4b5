import { readlink, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { confirm, isCancel } from '@clack/prompts';
import { runDown } from './down.command.js';
import { CommandError } from './running-stack.js';
import type { Workspace } from './workspace.js';

/** What a stack keeps; `cache` holds downloads and stays. */
const DATA_FOLDERS = ['postgres', 'redis', 'kafka', 's3', 'mail', 'logs'] as const;

/** Stops the stack and deletes its data, once that is confirmed. */
export async function runReset(workspace: Workspace, yes: boolean): Promise<number> {
  if (!yes && !(await isConfirmed(workspace.dataDir))) {
    console.log('Nothing was deleted.');
    return 1;
  }
  await runDown(workspace);
  // A cluster that Postgres could not reach here was put elsewhere, with a link in its place.
  const cluster = await readlink(join(workspace.dataDir, 'postgres', 'cluster')).catch(() => undefined);
  if (cluster !== undefined) {
    await rm(cluster, { recursive: true, force: true });
  }
  for (const folder of DATA_FOLDERS) {
    await rm(join(workspace.dataDir, folder), { recursive: true, force: true });
  }
  console.log(`All data in ${workspace.dataDir} is deleted.`);
  return 0;
}

async function isConfirmed(dataDir: string): Promise<boolean> {
  if (!process.stdin.isTTY) {
    throw new CommandError(`reset deletes everything in ${dataDir}: without a terminal it needs --yes.`);
  }
  const answer = await confirm({
    message: `Delete all data of Vici in ${dataDir}?`,
    initialValue: false,
  });
  return !isCancel(answer) && answer;
}
