import { lookUpProcess } from '../stack/process-table.js';
import { askReadiness } from '../stack/readiness.js';
import { type RunState, RunStateFile } from '../stack/run-state.js';
import { table } from './table.js';
import { PROGRAM, type Workspace } from './workspace.js';

const MEBIBYTE = 1024 ** 2;

/** Shows what runs. @returns 0 when everything is ready, else 1 */
export async function runStatus({ dataDir }: Workspace): Promise<number> {
  const state = await new RunStateFile(dataDir).readLive();
  if (state === undefined) {
    console.log(`Vici is not running: start it with ${PROGRAM} up.`);
    return 1;
  }
  const services = await Promise.all(state.services.map((service) => describeService(service, state)));
  const backing = await Promise.all(state.backing.map((server) => describeServer(server, state)));
  const rows = [
    ['', 'state', 'address', 'process', 'memory', ''],
    ...[...services, ...backing].map(({ cells }) => cells),
  ];
  console.log(`${describeRun(state)}\n\n${table(rows)}\n`);
  console.log(await describeTotals(state));
  return [...services, ...backing].every(({ up }) => up) && state.status === 'ready' ? 0 : 1;
}

interface Line {
  readonly up: boolean;
  readonly cells: string[];
}

async function describeService(service: RunState['services'][number], state: RunState): Promise<Line> {
  const url = `http://localhost:${service.http}`;
  const { state: answer } = await askReadiness(url.replace('localhost', '127.0.0.1'));
  const pid = service.process?.pid ?? (state.mode === 'single' ? state.supervisor.pid : undefined);
  const memory = state.mode === 'processes' ? await memoryOf(pid) : undefined;
  const notes = [
    ...(service.grpc === undefined ? [] : [`gRPC ${service.grpc}`]),
    ...(service.restarts === 0 ? [] : [`restarted ${service.restarts} times`]),
  ];
  const shown = answer === 'ready' ? 'up' : answer;
  return {
    up: answer === 'ready',
    cells: [
      service.name,
      shown,
      url,
      pid === undefined ? '-' : String(pid),
      megabytes(memory),
      notes.join(', '),
    ],
  };
}

async function describeServer(server: RunState['backing'][number], state: RunState): Promise<Line> {
  const { name, address, pid } = server;
  const memory = await memoryOf(pid);
  // Without a process of its own it lives in the supervisor, or the environment named it.
  const up = pid === undefined || memory !== undefined;
  const shownPid = String(pid ?? state.supervisor.pid);
  const ownMemory = pid === undefined ? undefined : memory;
  return { up, cells: [name, up ? 'up' : 'down', address, shownPid, megabytes(ownMemory), ''] };
}

function describeRun({ status, mode, bus, startedAt, apiUrl }: RunState): string {
  const kind = mode === 'single' ? 'all services in one process' : 'one process per service';
  return `Vici is ${status === 'ready' ? 'running' : 'starting'} at ${apiUrl.replace('127.0.0.1', 'localhost')} since ${startedAt} (${kind}, events over ${bus}).`;
}

async function describeTotals(state: RunState): Promise<string> {
  const own = [state.supervisor.pid, ...state.services.flatMap(({ process }) => process?.pid ?? [])];
  const servers = state.backing.flatMap(({ pid }) => pid ?? []);
  const [ownBytes, serverBytes] = await Promise.all([totalMemory(own), totalMemory(servers)]);
  return `Memory: Vici ${megabytes(ownBytes)} in ${own.length} process${own.length === 1 ? '' : 'es'}, backing servers ${megabytes(serverBytes)}.`;
}

async function memoryOf(pid: number | undefined): Promise<number | undefined> {
  return pid === undefined ? undefined : (await lookUpProcess(pid))?.residentBytes;
}

async function totalMemory(pids: readonly number[]): Promise<number> {
  const sizes = await Promise.all(pids.map(memoryOf));
  return sizes.reduce<number>((sum, size) => sum + (size ?? 0), 0);
}

function megabytes(bytes: number | undefined): string {
  return bytes === undefined ? '-' : `${Math.round(bytes / MEBIBYTE)} MB`;
}
