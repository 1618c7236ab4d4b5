// `npm run events -- export|replay|rebuild`: the archive and the figures of the stack that runs here, or of EVENT_GRPC_URL.
import { parseArgs } from 'node:util';
import { isDomainError } from '@vici/utils';
import { EventArchiveClient, type EventRange } from '../events/event-archive.js';
import { LOOPBACK } from '../stack/service-environment.js';
import { CommandError, readyStack } from './running-stack.js';
import { workspace } from './workspace.js';

const USAGE = `Usage:
  npm run events -- export --from TIME --to TIME --file FILE.jsonl [--type TYPE]...
  npm run events -- replay --from TIME --to TIME --topic TOPIC [--type TYPE]...
  npm run events -- rebuild
Times are ISO 8601 and those of arrival: from inclusive, to exclusive.`;

const OPTIONS = {
  from: { type: 'string' },
  to: { type: 'string' },
  file: { type: 'string' },
  topic: { type: 'string' },
  type: { type: 'string', multiple: true },
} as const;

async function addressOfEvents(): Promise<string> {
  const given = process.env['EVENT_GRPC_URL'];
  if (given !== undefined && given !== '') return given;
  const { services } = await readyStack(workspace().dataDir);
  const port = services.find(({ name }) => name === 'event')?.grpc;
  if (port === undefined) throw new CommandError('The stack that runs has no event service.');
  return `${LOOPBACK}:${port}`;
}

function instant(name: string, text: string | undefined): Date {
  const time = new Date(text ?? '');
  if (Number.isNaN(time.getTime()))
    throw new CommandError(`--${name} must be a time such as 2026-03-01T00:00:00Z.`);
  return time;
}

function required(name: string, text: string | undefined): string {
  if (text === undefined || text === '') throw new CommandError(`--${name} is required.`);
  return text;
}

async function run(): Promise<string> {
  const { positionals, values } = parseArgs({ options: OPTIONS, allowPositionals: true });
  const [action, ...rest] = positionals;
  if (rest.length > 0 || (action !== 'export' && action !== 'replay' && action !== 'rebuild')) {
    throw new CommandError(USAGE);
  }
  const range = (): EventRange => ({
    from: instant('from', values.from),
    to: instant('to', values.to),
    eventTypes: values.type ?? [],
  });
  const client = new EventArchiveClient(await addressOfEvents());
  try {
    if (action === 'rebuild') {
      const { orders, events } = await client.rebuild();
      return `All figures counted anew: ${orders} orders, ${events} events.`;
    }
    if (action === 'export') {
      const file = required('file', values.file);
      return `${await client.export(range(), file)} events written to ${file}.`;
    }
    const topic = required('topic', values.topic);
    const onPage = (sent: number) => process.stderr.write(`\r${sent} sent`);
    return `\n${await client.replay(range(), topic, onPage)} events sent to ${topic}.`;
  } finally {
    await client.close();
  }
}

try {
  console.log(await run());
} catch (error) {
  const expected = error instanceof CommandError || error instanceof TypeError || isDomainError(error);
  if (!expected) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
