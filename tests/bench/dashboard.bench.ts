// `npm run bench:dashboard [seconds] [orders]`: the dashboard over gRPC, with a million orders of two years behind it.
import { AnalyticsServiceDefinition, Interval } from '@vici/proto-gen/event';
import { GrpcClientFactory, Logger, Metrics, newId, runInContext } from '@vici/utils';
import { type Measurement, measureWork, printTable } from './measure.ts';
import { serve } from './served.ts';

const DAY_MS = 86_400_000;
const CALLERS = 1;
const seconds = Number(process.argv[2] ?? 8);
const orders = Number(process.argv[3] ?? 1_000_000);
if (![seconds, orders].every((value) => Number.isInteger(value) && value > 0)) {
  console.error('Usage: npm run bench:dashboard [seconds per case] [orders]');
  process.exit(2);
}

const isAddress = (value: unknown): value is string => typeof value === 'string';
const server = await serve('./dashboard.server.ts', String(orders), (said) => console.log(said), isAddress);
const factory = new GrpcClientFactory({
  logger: new Logger({ service: 'bench', level: 'error' }),
  metrics: new Metrics('bench'),
});
try {
  const api = factory.client(AnalyticsServiceDefinition, server.address);
  const caller = { role: 'admin' as const, userId: newId() };
  const asAdmin = <T>(work: () => Promise<T>) => runInContext({ requestId: newId(), caller }, work);
  const measured: Measurement[] = [];
  for (const [name, days, interval, timeZone] of [
    ['the last 30 days by day', 30, Interval.DAY, 'UTC'],
    ['the last 30 days by day, in Ho Chi Minh City', 30, Interval.DAY, 'Asia/Ho_Chi_Minh'],
    ['the last 7 days by hour', 7, Interval.HOUR, 'UTC'],
    ['the last 90 days by week', 90, Interval.WEEK, 'UTC'],
    ['the last year by month', 365, Interval.MONTH, 'UTC'],
    ['the last year by month, in Ho Chi Minh City', 365, Interval.MONTH, 'Asia/Ho_Chi_Minh'],
    ['all two years by month', 731, Interval.MONTH, 'UTC'],
  ] as const) {
    const ask = async () => {
      const scope = { from: new Date(Date.now() - days * DAY_MS), interval, timeZone };
      await asAdmin(() => api.getDashboard({ scope }, { timeoutMs: 10_000 }));
    };
    await measureWork(name, 1, CALLERS, ask);
    measured.push(await measureWork(name, seconds, CALLERS, ask));
  }
  for (const [name, days, interval] of [
    ['analytics (funnel, search terms, attribution) of the last 30 days', 30, Interval.DAY],
    ['the same of the last 90 days', 90, Interval.WEEK],
    ['the same of the last year', 365, Interval.MONTH],
  ] as const) {
    const ask = async () => {
      const scope = { from: new Date(Date.now() - days * DAY_MS), interval, timeZone: 'UTC' };
      await asAdmin(() => api.getAnalytics({ scope }, { timeoutMs: 10_000 }));
    };
    await measureWork(name, 1, CALLERS, ask);
    measured.push(await measureWork(name, seconds, CALLERS, ask));
  }
  printTable(measured);
} finally {
  await factory.close();
  await server.stop();
}
