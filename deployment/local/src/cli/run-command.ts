import { type Command, parseCommand, UsageError } from './arguments.js';
import { CommandError } from './running-stack.js';
import { USAGE } from './usage.js';
import { type Workspace, workspace } from './workspace.js';

/** Faults whose message alone says all there is to say; anything else is shown with its stack. */
const PLAIN_FAULTS: ReadonlySet<string> = new Set([
  'AlreadyRunningError',
  'PortTakenError',
  'StartFailedError',
  'ServiceStartError',
  'ImportFileError',
  'DomainError',
]);

/** Runs one command line. @returns the exit code: 0 done, 1 failed, 2 not understood */
export async function runCommandLine(args: readonly string[]): Promise<number> {
  try {
    const interactive = process.stdin.isTTY === true && process.stdout.isTTY === true;
    return await execute(parseCommand(args, interactive), workspace());
  } catch (error) {
    return report(error);
  }
}

/** Each command is loaded when it is asked for: `status` needs none of the services' code. */
async function execute(command: Command, place: Workspace): Promise<number> {
  switch (command.name) {
    case 'help':
      process.stdout.write(USAGE);
      return 0;
    case 'menu': {
      const chosen = await (await import('./menu.command.js')).chooseCommand(place);
      return chosen === undefined ? 0 : await execute(chosen, place);
    }
    case 'up':
      return await executeUp(command, place);
    case 'down':
      return await (await import('./down.command.js')).runDown(place);
    case 'status':
      return await (await import('./status.command.js')).runStatus(place);
    case 'logs':
      return await (await import('./logs.command.js')).runLogs(place, command);
    case 'reset':
      return await (await import('./reset.command.js')).runReset(place, command.yes);
    case 'seed':
      return await (await import('./seed.command.js')).runSeed(place);
    case 'import-products':
      return await (await import('./import-products.command.js')).runProductImport(place, command);
    case 'export-products':
      return await (await import('./export-products.command.js')).runProductExport(place, command);
    case 'import':
      return await (await import('./import.command.js')).runImport(place, command);
  }
}

async function executeUp(command: Extract<Command, { name: 'up' }>, place: Workspace): Promise<number> {
  if (!command.detach) {
    return await (await import('./up.command.js')).runInForeground(place, command);
  }
  const flags = [
    ...(command.processes ? ['--processes'] : []),
    ...(command.kafka ? ['--kafka'] : []),
    ...(command.seed ? [] : ['--no-seed']),
  ];
  return await (await import('./detach.command.js')).runDetached(place, flags);
}

function report(error: unknown): number {
  if (error instanceof UsageError) {
    console.error(`${error.message}\n\n${USAGE}`);
    return 2;
  }
  if (error instanceof CommandError || (error instanceof Error && PLAIN_FAULTS.has(error.name))) {
    console.error(`\n${error.message}`);
  } else if (error instanceof Error && 'remedy' in error) {
    console.error(`\n${error.message} ${String(error.remedy)}`);
  } else {
    console.error('\nVici could not do this:', error);
  }
  return 1;
}
