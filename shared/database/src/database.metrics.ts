import type { Metrics } from '@vici/utils';
import type { CompiledQuery } from 'kysely';
import type pg from 'pg';

const DURATION_BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

const OPERATIONS: Readonly<Record<string, string>> = {
  SelectQueryNode: 'select',
  InsertQueryNode: 'insert',
  UpdateQueryNode: 'update',
  DeleteQueryNode: 'delete',
  MergeQueryNode: 'merge',
};

/** Registers the pool gauges and the duration histogram; gives back the function that records one statement. */
export function watchDatabase(
  metrics: Metrics,
  pool: pg.Pool,
): (statement: CompiledQuery, seconds: number) => void {
  const connections = metrics.gauge(
    'database_pool_connections',
    'Open database connections by state',
    ['state'],
    () => {
      connections.set({ state: 'in_use' }, pool.totalCount - pool.idleCount);
      connections.set({ state: 'idle' }, pool.idleCount);
    },
  );
  const waiting = metrics.gauge(
    'database_pool_waiting',
    'Callers waiting for a database connection',
    [],
    () => {
      waiting.set(pool.waitingCount);
    },
  );
  const durations = metrics.histogram(
    'database_query_duration_seconds',
    'Time one statement took, from sending to its answer',
    ['operation'],
    DURATION_BUCKETS,
  );
  return (statement, seconds) => {
    durations.observe({ operation: OPERATIONS[statement.query.kind] ?? 'other' }, seconds);
  };
}
