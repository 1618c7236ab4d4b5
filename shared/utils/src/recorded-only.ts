import { trace } from '@opentelemetry/api';
import { IORedisInstrumentation } from '@opentelemetry/instrumentation-ioredis';
import { PgInstrumentation } from '@opentelemetry/instrumentation-pg';

type PgConfig = ConstructorParameters<typeof PgInstrumentation>[0];
type RedisConfig = ConstructorParameters<typeof IORedisInstrumentation>[0];

/**
 * `traced` within a trace that is recorded, `plain` within any other: a call of a database is traced at a price that most
 * traces, which nobody records, should not pay.
 */
export function whenRecorded<F>(plain: F, traced: F): F {
  if (typeof plain !== 'function' || typeof traced !== 'function') return traced;
  return new Proxy(traced, {
    apply: (target, self, args) => Reflect.apply(isRecorded() ? target : plain, self, args),
  });
}

function isRecorded(): boolean {
  return trace.getActiveSpan()?.isRecording() === true;
}

/** Spans of Postgres in recorded traces; the library's own patches run in no other. */
export class RecordedPgInstrumentation extends PgInstrumentation {
  constructor(config: PgConfig) {
    super(config);
    const wrap = this._wrap;
    this._wrap = (nodule, name, patch) =>
      wrap(nodule, name, (original, field) => whenRecorded(original, patch(original, field)));
  }
}

/** Spans of Redis in recorded traces; the library's own patches run in no other. */
export class RecordedRedisInstrumentation extends IORedisInstrumentation {
  constructor(config: RedisConfig) {
    super(config);
    const wrap = this._wrap;
    this._wrap = (nodule, name, patch) =>
      wrap(nodule, name, (original, field) => whenRecorded(original, patch(original, field)));
  }
}
