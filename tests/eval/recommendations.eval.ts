// `npm run eval:recommendations -- --data <folder>`: how well the service's algorithms predict what comes next.
import { parseArgs } from 'node:util';
import { VMIS_DEFAULTS } from '@vici/recommendation-service/algorithms';
import { DataError, readSessionData } from './session-data.ts';
import { evaluate, learnedIndex, PROTOCOLS, type Protocol, type Score } from './session-protocol.ts';

const USAGE = `Usage: npm run eval:recommendations -- --data <folder> [--protocol ${PROTOCOLS.join('|')}]
       [--min-prefix N] [--test-days N] [--days N]`;
const OPTION = { type: 'string' } as const;

/** The command line is not one. */
class UsageError extends Error {
  override readonly name = 'UsageError';
}

function readArguments() {
  const { values } = parse();
  if (values.data === undefined) throw new UsageError('--data is missing');
  const protocol = PROTOCOLS.find((name) => name === (values.protocol ?? 'static'));
  if (protocol === undefined) throw new UsageError(`--protocol must be one of ${PROTOCOLS.join(', ')}`);
  return {
    folder: values.data,
    protocol,
    minPrefix: positive('--min-prefix', values['min-prefix'], /^\d+$/) ?? 1,
    testDays: positive('--test-days', values['test-days'], /^\d+(\.\d+)?$/),
    days: positive('--days', values.days, /^\d+(\.\d+)?$/),
  };
}

function parse() {
  try {
    return parseArgs({
      options: { data: OPTION, protocol: OPTION, 'min-prefix': OPTION, 'test-days': OPTION, days: OPTION },
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error), { cause: error });
  }
}

function positive(name: string, text: string | undefined, form: RegExp): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (!form.test(text) || value <= 0) throw new UsageError(`${name} must be a number above zero`);
  return value;
}

function print(protocol: Protocol, scores: readonly Score[]): void {
  const { candidates, neighbours, queryItems } = VMIS_DEFAULTS;
  const names: Record<string, string> = {
    vmis: `VMIS-kNN as published (m=${candidates}, k=${neighbours}, last ${queryItems})`,
    blend: 'VSTAN blend, as shipped',
    rules: 'Sequential rules',
    item_lists: 'Summed item-to-item lists',
    popular: 'Popularity',
  };
  console.table(
    scores.map(({ algorithm, predictions, hitRate, reciprocalRank, milliseconds, p99 }) => ({
      algorithm: names[algorithm] ?? algorithm,
      protocol,
      predictions,
      'HR@20': hitRate.toFixed(4),
      'MRR@20': reciprocalRank.toFixed(4),
      'total s': (milliseconds / 1_000).toFixed(1),
      'mean ms': (milliseconds / predictions).toFixed(3),
      'p99 ms': p99.toFixed(3),
    })),
  );
}

try {
  const { folder, protocol, minPrefix, ...cut } = readArguments();
  const data = await readSessionData(folder, cut);
  const clicks = data.train.reduce((sum, { items }) => sum + items.length, 0);
  const started = performance.now();
  const index = learnedIndex(data.train);
  const seconds = (performance.now() - started) / 1_000;
  console.log(
    `Learned from ${clicks} events of ${data.train.length} sessions, ${index.items.size} items, in ${seconds.toFixed(1)} s.`,
  );
  const scores = evaluate(index, index.algorithms, data.test, { protocol, minPrefix });
  if (scores.some(({ predictions }) => predictions === 0)) {
    throw new DataError(`No test session leaves anything to predict from ${minPrefix} items on.`);
  }
  print(protocol, scores);
} catch (error) {
  if (error instanceof UsageError) console.error(`${error.message}.\n${USAGE}`);
  else if (error instanceof DataError) console.error(error.message);
  else throw error;
  process.exitCode = 2;
}
