// `npm run bench:reservations [seconds]`: inventory-service over gRPC: two thousand buyers of the last five hundred units
// of one SKU, then reservations of distinct SKUs as fast as they come.
import { InventoryServiceDefinition } from '@vici/proto-gen/inventory';
import {
  GrpcClientFactory,
  isDomainError,
  Logger,
  Metrics,
  newId,
  runInContext,
  systemContext,
} from '@vici/utils';
import { measureWork, printTable } from './measure.ts';
import { serve } from './served.ts';
import { gained, type WorkCount } from './work-counter.ts';

const SKUS = 5_000;
const BUYERS = 2_000;
const UNITS = 500;
const LANES = 128;
const MOST_SHOWN = 12;
const PATIENT_MS = 60_000;
const seconds = Number(process.argv[2] ?? 10);
if (!Number.isInteger(seconds) || seconds < 1) {
  console.error('Usage: npm run bench:reservations [seconds]');
  process.exit(2);
}

const isAddress = (value: unknown): value is string => typeof value === 'string';
const isWorkCount = (value: unknown): value is WorkCount =>
  typeof value === 'object' && value !== null && 'statements' in value && 'cpuMs' in value;
const server = await serve('./reservations.server.ts', String(SKUS), (said) => console.log(said), isAddress);
const factory = new GrpcClientFactory({
  logger: new Logger({ service: 'bench', level: 'error' }),
  metrics: new Metrics('bench'),
});
const inventory = factory.client(InventoryServiceDefinition, server.address);
const reserve = (sku: string) =>
  runInContext(systemContext('bench'), () =>
    inventory.reserve({ orderId: newId(), lines: [{ sku, quantity: 1 }] }, { timeoutMs: PATIENT_MS }),
  );

/** All at once; gives how each of them ended. */
async function rush(): Promise<Map<string, number>> {
  const outcomes = await Promise.all(
    Array.from({ length: BUYERS }, async () => {
      try {
        await reserve('bench-0');
        return 'reserved';
      } catch (error) {
        return isDomainError(error) ? error.code : String(error);
      }
    }),
  );
  const counts = new Map<string, number>();
  for (const outcome of outcomes) counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
  return counts;
}

try {
  const began = performance.now();
  const outcomes = await rush();
  const rushSeconds = (performance.now() - began) / 1000;
  console.log(
    `${BUYERS} buyers at once of ${UNITS} units, ${rushSeconds.toFixed(2)} s:`,
    Object.fromEntries(outcomes),
  );
  if (outcomes.get('reserved') !== UNITS || outcomes.get('INSUFFICIENT_STOCK') !== BUYERS - UNITS) {
    process.exitCode = 1;
  }

  let next = 0;
  const one = async () => {
    next += 1;
    await reserve(`bench-${1 + (next % (SKUS - 1))}`);
  };
  await measureWork('warming up', 3, LANES, one);
  const before = await server.ask(isWorkCount);
  const measured = await measureWork('reservations of distinct SKUs', seconds, LANES, one);
  const after = await server.ask(isWorkCount);
  printTable([measured]);
  const made = measured.perSecond * seconds;
  const statements = gained(before.statements, after.statements);
  const each = (calls: number) => (calls / made).toFixed(2);
  console.log(
    `${each(statements.reduce((sum, [, calls]) => sum + calls, 0))} statements, ` +
      `${each(gained(before.commands, after.commands).reduce((sum, [, calls]) => sum + calls, 0))} Redis commands and ` +
      `${each(after.cpuMs - before.cpuMs)} ms of the service's processor time for each`,
  );
  for (const [text, calls] of statements.slice(0, MOST_SHOWN))
    console.log(`  ${each(calls)} × ${text.slice(0, 110)}`);
} finally {
  await factory.close();
  await server.stop();
}
