// `npm run stock:drift [-- --repair --reason "counted the shelf"]`: on the inventory service of the stack that runs here,
// or the one INVENTORY_GRPC_URL names. Exits 1 when figures differ that were not repaired.
import { parseArgs } from 'node:util';
import { type DriftReport, StockAdminServiceDefinition } from '@vici/proto-gen/inventory';
import { GrpcClientFactory, Logger, Metrics, runInContext, systemContext } from '@vici/utils';
import { CommandError, runningAddresses } from './running-stack.js';
import { table } from './table.js';

const USAGE = 'Usage: npm run stock:drift [-- --repair --reason "<why>"]';
/** The whole ledger is read. */
const TIMEOUT_MS = 600_000;

interface Wish {
  readonly repair: boolean;
  readonly reason: string;
}

function wish(): Wish {
  try {
    const { values } = parseArgs({
      options: {
        repair: { type: 'boolean', default: false },
        reason: { type: 'string', default: 'repaired from the command line' },
      },
    });
    return values;
  } catch (error) {
    throw new CommandError(`${USAGE}\n${error instanceof Error ? error.message : String(error)}`);
  }
}

async function drift({ repair, reason }: Wish): Promise<DriftReport> {
  const given = process.env['INVENTORY_GRPC_URL'];
  const address = given === undefined || given === '' ? (await runningAddresses())('inventory') : given;
  const logger = new Logger({ service: 'stock-drift', level: 'error' });
  const clients = new GrpcClientFactory({ logger, metrics: new Metrics('stock-drift') });
  try {
    const stock = clients.client(StockAdminServiceDefinition, address);
    const patient = { timeoutMs: TIMEOUT_MS };
    return await runInContext(systemContext('stock-drift'), () =>
      repair ? stock.repairDrift({ reason }, patient) : stock.checkDrift({}, patient),
    );
  } finally {
    await clients.close();
  }
}

function print({ drifts, found, repaired }: DriftReport): void {
  if (drifts.length > 0) {
    const heads = ['SKU', 'WAREHOUSE', 'ON HAND', 'LEDGER', 'RESERVED', 'HELD', 'PRODUCT', 'ADDED UP'];
    const rows = drifts.map((row) => [
      row.sku,
      row.warehouseId,
      ...[row.onHand, row.ledger, row.reserved, row.held, row.productAvailable, row.productSum].map(String),
    ]);
    console.log(table([heads, ...rows]));
  }
  console.log(`${found} differences, ${repaired} repaired`);
}

try {
  const report = await drift(wish());
  print(report);
  process.exitCode = report.found === report.repaired ? 0 : 1;
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 2;
}
