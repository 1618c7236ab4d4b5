import { cancel, intro, isCancel, select } from '@clack/prompts';
import { RunStateFile } from '../stack/run-state.js';
import type { Command } from './arguments.js';
import type { Workspace } from './workspace.js';

type Choice = 'up' | 'detach' | 'status' | 'logs' | 'seed' | 'down' | 'reset';

const IDLE: readonly { value: Choice; label: string; hint: string }[] = [
  { value: 'up', label: 'Start', hint: 'stays in this terminal' },
  { value: 'detach', label: 'Start in the background', hint: 'returns when it is ready' },
  { value: 'reset', label: 'Reset', hint: 'deletes all data' },
];
const RUNNING: typeof IDLE = [
  { value: 'status', label: 'Status', hint: 'services, addresses, memory' },
  { value: 'logs', label: 'Follow the logs', hint: 'Ctrl-C ends it' },
  { value: 'seed', label: 'Load the demo catalogue again', hint: 'changes only what differs' },
  { value: 'down', label: 'Stop', hint: 'data stays' },
  { value: 'reset', label: 'Reset', hint: 'stops and deletes all data' },
];

/** Asks what to do. @returns the command chosen, or undefined when none was */
export async function chooseCommand({ dataDir }: Workspace): Promise<Command | undefined> {
  const running = await new RunStateFile(dataDir).readLive();
  intro(running === undefined ? 'Vici is not running.' : `Vici runs at ${running.apiUrl}.`);
  const choice = await select({
    message: 'What would you like to do?',
    options: [...(running === undefined ? IDLE : RUNNING)],
  });
  if (isCancel(choice)) {
    cancel('Nothing was done.');
    return undefined;
  }
  return commandOf(choice);
}

function commandOf(choice: Choice): Command {
  const up = { name: 'up', processes: false, kafka: false, seed: true } as const;
  switch (choice) {
    case 'up':
      return { ...up, detach: false };
    case 'detach':
      return { ...up, detach: true };
    case 'logs':
      return { name: 'logs', service: undefined, follow: true, lines: 50 };
    case 'reset':
      return { name: 'reset', yes: false };
    default:
      return { name: choice };
  }
}
