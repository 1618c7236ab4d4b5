const COLOURS: ReadonlyMap<unknown, string> = new Map([
  ['error', '\u001b[31m'],
  ['warn', '\u001b[33m'],
  ['info', '\u001b[32m'],
  ['debug', '\u001b[90m'],
]);
const DIM = '\u001b[2m';
const RESET = '\u001b[0m';
const NAME_WIDTH = 'recommendation'.length;
const TIME = { start: 'yyyy-mm-ddT'.length, end: 'yyyy-mm-ddThh:mm:ss.mmm'.length } as const;

/** A service's JSON log line as one for people; an error's stack stands below it. Other text stays as it is. */
export function prettyLine(service: string, line: string, colours: boolean): string {
  const entry = entryOf(line);
  const paint = (code: string | undefined, text: string): string =>
    colours && code !== undefined ? `${code}${text}${RESET}` : text;
  const name = service.padEnd(NAME_WIDTH);
  if (entry === undefined) {
    return `${' '.repeat(TIME.end - TIME.start)}       ${name}  ${line}`;
  }
  const { timestamp, level, service: _service, message, ...fields } = entry;
  const tag = String(level).toUpperCase().padEnd(5);
  const { pairs, stacks } = describe(fields);
  const head = [String(timestamp).slice(TIME.start, TIME.end), paint(COLOURS.get(level), tag), name];
  const tail = pairs.length === 0 ? [] : [paint(DIM, pairs.join(' '))];
  return [[...head, '', String(message), ...tail].join(' '), ...stacks].join('\n');
}

/** The severity of a JSON log line; undefined for other text. */
export function levelOf(line: string): string | undefined {
  const level = entryOf(line)?.['level'];
  return typeof level === 'string' ? level : undefined;
}

/** When a JSON log line was written; '' for other text. */
export function timeOf(line: string): string {
  const time = entryOf(line)?.['timestamp'];
  return typeof time === 'string' ? time : '';
}

function entryOf(line: string): Record<string, unknown> | undefined {
  if (!line.startsWith('{')) {
    return undefined;
  }
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null && 'message' in value ? { ...value } : undefined;
  } catch {
    // A service may print anything.
    return undefined;
  }
}

function describe(fields: Record<string, unknown>): { pairs: string[]; stacks: string[] } {
  const pairs: string[] = [];
  const stacks: string[] = [];
  for (const [key, value] of Object.entries(fields)) {
    if (typeof value === 'object' && value !== null && 'stack' in value) {
      stacks.push(String(value.stack));
    } else {
      pairs.push(
        `${key}=${typeof value === 'string' && /^\S+$/.test(value) ? value : JSON.stringify(value)}`,
      );
    }
  }
  return { pairs, stacks };
}
