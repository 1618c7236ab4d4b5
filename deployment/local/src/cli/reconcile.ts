// `npm run reconcile [-- --from 2026-01-01 --to 2026-02-01 --dry-run]`: on the payment service of the stack that runs
// here, or the one PAYMENT_GRPC_URL names. Exits 1 when a difference is left that nobody could heal.
import { parseArgs } from 'node:util';
import type { Money } from '@vici/proto-gen/common';
import { PaymentServiceDefinition, type Reconciliation } from '@vici/proto-gen/payment';
import { GrpcClientFactory, Logger, Metrics, runInContext, systemContext } from '@vici/utils';
import { CommandError, runningAddresses } from './running-stack.js';
import { table } from './table.js';

const USAGE = 'Usage: npm run reconcile [-- --from <ISO date> --to <ISO date> --dry-run]';
/** The provider's books are read page by page. */
const TIMEOUT_MS = 600_000;

interface Span {
  readonly from?: Date;
  readonly to?: Date;
  readonly dryRun: boolean;
}

function span(): Span {
  const { values } = parseArgs({
    options: {
      from: { type: 'string' },
      to: { type: 'string' },
      'dry-run': { type: 'boolean', default: false },
    },
  });
  const from = date(values.from);
  const to = date(values.to);
  return { ...(from !== undefined && { from }), ...(to !== undefined && { to }), dryRun: values['dry-run'] };
}

function date(text: string | undefined): Date | undefined {
  if (text === undefined) return undefined;
  const read = new Date(text);
  if (Number.isNaN(read.getTime())) throw new CommandError(USAGE);
  return read;
}

async function reconcile(request: Span): Promise<Reconciliation> {
  const given = process.env['PAYMENT_GRPC_URL'];
  const address = given === undefined || given === '' ? (await runningAddresses())('payment') : given;
  const logger = new Logger({ service: 'reconcile', level: 'error' });
  const clients = new GrpcClientFactory({ logger, metrics: new Metrics('reconcile') });
  try {
    const payments = clients.client(PaymentServiceDefinition, address);
    return await runInContext(systemContext('reconcile'), () =>
      payments.reconcile(request, { timeoutMs: TIMEOUT_MS }),
    );
  } finally {
    await clients.close();
  }
}

function amount(money: Money | undefined): string {
  return money === undefined ? '' : `${money.minor} ${money.currency}`;
}

function print({ id, checked, differences }: Reconciliation): void {
  if (differences.length > 0) {
    const rows = differences.map(({ kind, intentId, providerIntentId, orderId, ours, theirs, note }) => [
      kind,
      intentId ?? providerIntentId ?? '',
      orderId ?? '',
      amount(ours),
      amount(theirs),
      note,
    ]);
    console.log(table([['DIFFERENCE', 'PAYMENT', 'ORDER', 'OURS', 'THEIRS', 'WHAT WAS DONE'], ...rows]));
  }
  const healed = differences.filter((difference) => difference.healed).length;
  console.log(
    `${checked} payments compared, ${differences.length} differences, ${healed} healed (report ${id})`,
  );
}

try {
  const report = await reconcile(span());
  print(report);
  process.exitCode = report.differences.every(({ healed }) => healed) ? 0 : 1;
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 2;
}
