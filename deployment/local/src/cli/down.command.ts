import { endProcess } from '../stack/process-table.js';
import { RunStateFile } from '../stack/run-state.js';
import type { Workspace } from './workspace.js';

/** Services drain and Postgres writes its checkpoint in far less. */
const PATIENCE_MS = 60_000;

/** Ends the stack of this data folder, whatever terminal it runs in, and what a killed one left behind. */
export async function runDown({ dataDir }: Workspace): Promise<number> {
  const stateFile = new RunStateFile(dataDir);
  const state = await stateFile.readLive();
  if (state === undefined) {
    await stateFile.clearLeftovers();
    console.log('Vici is not running.');
    return 0;
  }
  console.log('Stopping …');
  await endProcess(state.supervisor, 'SIGTERM', PATIENCE_MS);
  await stateFile.clearLeftovers();
  console.log('Stopped.');
  return 0;
}
