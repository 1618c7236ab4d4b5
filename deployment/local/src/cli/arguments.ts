import { parseArgs } from 'node:util';

/** A command line, understood. */
export type Command =
  | {
      readonly name: 'up';
      readonly detach: boolean;
      readonly processes: boolean;
      readonly kafka: boolean;
      readonly seed: boolean;
    }
  | { readonly name: 'down' | 'status' | 'seed' | 'help' | 'menu' }
  | {
      readonly name: 'logs';
      readonly service: string | undefined;
      readonly follow: boolean;
      readonly lines: number;
    }
  | { readonly name: 'reset'; readonly yes: boolean }
  | ImportCommand
  | ProductImportCommand
  | ProductExportCommand;

/** Which file the products are written to. */
export interface ProductExportCommand {
  readonly name: 'export-products';
  readonly file: string;
}

/** Which file of products to take in. */
export interface ProductImportCommand {
  readonly name: 'import-products';
  readonly file: string;
  readonly dryRun: boolean;
}

/** Which data to take in. */
export interface ImportCommand {
  readonly name: 'import';
  readonly dataset: Dataset;
  /** The file of the data; of dummyjson the folder with its files. */
  readonly file: string;
  /** Only so many rows, or products. */
  readonly limit: number | undefined;
  readonly dryRun: boolean;
}

/** The command line is not one; the message says what is wrong with it. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

const FLAG = { type: 'boolean', default: false } as const;
const DATASETS = ['online-retail', 'dummyjson'] as const;
type Dataset = (typeof DATASETS)[number];
const DEFAULT_LINES = '100';

/**
 * Reads the arguments after the program's name.
 * @param interactive whether somebody sits at a terminal: no arguments then mean the menu, else `up`
 * @throws UsageError
 */
export function parseCommand(args: readonly string[], interactive: boolean): Command {
  const [name = interactive ? 'menu' : 'up', ...rest] = args;
  switch (name) {
    case 'menu':
      return bare('menu', rest);
    case 'up':
      return up(rest);
    case 'logs':
      return logs(rest);
    case 'reset': {
      const { values } = read(name, rest, { yes: FLAG }, 0);
      return { name, yes: values.yes };
    }
    case 'import':
      return rest[0] === 'products' ? parseProductImport(rest.slice(1)) : parseImport(rest);
    case 'export':
      return parseExport(rest);
    case 'down':
    case 'status':
    case 'seed':
      return bare(name, rest);
    case 'help':
    case '--help':
    case '-h':
      return { name: 'help' };
    default:
      throw new UsageError(`There is no command "${name}".`);
  }
}

/** The arguments of `import`. @throws UsageError */
export function parseImport(args: readonly string[]): ImportCommand {
  const { values, positionals } = read('import', args, { limit: { type: 'string' }, 'dry-run': FLAG }, 2);
  const [named, file] = positionals;
  const dataset = DATASETS.find((known) => known === named);
  if (dataset === undefined) {
    const known = DATASETS.join(' or ');
    throw new UsageError(
      named === undefined
        ? `import needs a dataset: ${known}.`
        : `There is no dataset "${named}", only ${known}.`,
    );
  }
  if (file === undefined) {
    throw new UsageError(
      `import ${dataset} needs the ${dataset === 'dummyjson' ? 'folder' : 'file'} to read.`,
    );
  }
  const limit = values.limit === undefined ? undefined : wholeNumber('--limit', values.limit);
  return { name: 'import', dataset, file, limit, dryRun: values['dry-run'] };
}

/** The arguments of `import products`. @throws UsageError */
function parseProductImport(args: readonly string[]): ProductImportCommand {
  const { values, positionals } = read('import products', args, { 'dry-run': FLAG }, 1);
  const [file] = positionals;
  if (file === undefined) {
    throw new UsageError('import products needs the file to read.');
  }
  return { name: 'import-products', file, dryRun: values['dry-run'] };
}

/** The arguments of `export`. @throws UsageError */
function parseExport(args: readonly string[]): ProductExportCommand {
  const { positionals } = read('export', args, {}, 2);
  const [what, file] = positionals;
  if (what !== 'products' || file === undefined) {
    throw new UsageError('export needs "products" and the file to write.');
  }
  return { name: 'export-products', file };
}

function up(args: readonly string[]): Command {
  const flags = { detach: FLAG, processes: FLAG, kafka: FLAG, 'no-seed': FLAG };
  const { values } = read('up', args, flags, 0);
  const { detach, processes, kafka } = values;
  return { name: 'up', detach, processes, kafka, seed: !values['no-seed'] };
}

function logs(args: readonly string[]): Command {
  const options = {
    follow: { type: 'boolean', short: 'f', default: false },
    lines: { type: 'string', short: 'n', default: DEFAULT_LINES },
  } as const;
  const { values, positionals } = read('logs', args, options, 1);
  const lines = wholeNumber('--lines', values.lines);
  return { name: 'logs', service: positionals[0], follow: values.follow, lines };
}

function bare(name: 'down' | 'status' | 'seed' | 'menu', args: readonly string[]): Command {
  read(name, args, {}, 0);
  return { name };
}

type Options = NonNullable<Parameters<typeof parseArgs>[0]>['options'];

function read<const O extends NonNullable<Options>>(
  command: string,
  args: readonly string[],
  options: O,
  mostPositionals: number,
) {
  const parsed = parse(command, args, options);
  const extra = parsed.positionals[mostPositionals];
  if (extra !== undefined) {
    throw new UsageError(`${command} does not take "${extra}".`);
  }
  return parsed;
}

function parse<const O extends NonNullable<Options>>(command: string, args: readonly string[], options: O) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true, strict: true });
  } catch (error) {
    const reason = error instanceof Error ? (error.message.split('. ')[0] ?? '') : String(error);
    throw new UsageError(`${command}: ${reason}.`, { cause: error });
  }
}

function wholeNumber(option: string, text: string): number {
  if (!/^[1-9]\d{0,9}$/.test(text)) {
    throw new UsageError(`${option} must be a whole number from 1, not "${text}".`);
  }
  return Number(text);
}
