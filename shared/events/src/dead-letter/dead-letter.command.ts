import { parseArgs } from 'node:util';
import type { EventBus } from '../bus/event-bus.js';
import { deadLetterTopic, TOPICS } from '../catalogue/index.js';
import { type DeadLetter, describeDeadLetter } from './dead-letter.js';
import { type DeadLetterFilter, replayDeadLetters } from './replay-dead-letters.js';

const USAGE = `Usage: dead-letters <list|replay> <topic> [--type TYPE] [--code ERROR_CODE] [--group GROUP]
Topics: ${Object.keys(TOPICS).join(', ')}`;

interface DeadLetterCommand {
  readonly action: 'list' | 'replay';
  readonly topic: string;
  readonly filter: DeadLetterFilter;
}

/**
 * The dead-letter command line: lists or replays the dead letters of a topic.
 * @param argv the arguments after the program's name
 * @param write takes one line of output
 * @returns the exit code: 0 done, 2 for arguments that make no sense
 */
export async function runDeadLetterCommand(
  argv: readonly string[],
  bus: EventBus,
  write: (line: string) => void,
): Promise<number> {
  const command = parseCommand(argv);
  if (command === undefined) {
    write(USAGE);
    return 2;
  }
  const { action, topic, filter } = command;
  if (action === 'replay') {
    const { replayed } = await replayDeadLetters(bus, topic, filter);
    write(`${replayed} replayed to ${topic}`);
    return 0;
  }
  let listed = 0;
  await bus.readAll(deadLetterTopic(topic), (message) => {
    const letter = describeDeadLetter(message, topic);
    if (!filter(letter)) return;
    listed += 1;
    write(line(letter));
  });
  write(`${listed} kept in ${deadLetterTopic(topic)}, replayed ones included`);
  return 0;
}

function line(letter: DeadLetter): string {
  const origin = `${letter.originTopic}/${letter.originPartition}@${letter.originOffset}`;
  return [letter.failedAt, letter.type, letter.group, letter.errorCode, origin, letter.error].join('  ');
}

function parseCommand(argv: readonly string[]): DeadLetterCommand | undefined {
  const parsed = parse(argv);
  if (parsed === undefined) return undefined;
  const [action, topic, ...rest] = parsed.positionals;
  if ((action !== 'list' && action !== 'replay') || rest.length > 0) return undefined;
  if (topic === undefined || !Object.hasOwn(TOPICS, topic)) return undefined;
  const { type, code, group } = parsed.values;
  const filter = (letter: DeadLetter) =>
    (type === undefined || letter.type === type) &&
    (code === undefined || letter.errorCode === code) &&
    (group === undefined || letter.group === group);
  return { action, topic, filter };
}

function parse(argv: readonly string[]) {
  try {
    const options = {
      type: { type: 'string' },
      code: { type: 'string' },
      group: { type: 'string' },
    } as const;
    return parseArgs({ args: [...argv], options, allowPositionals: true });
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}
