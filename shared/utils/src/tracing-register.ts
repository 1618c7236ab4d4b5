/**
 * `node --import @vici/utils/tracing-register dist/main.js`: starts tracing before the traced libraries load.
 * The service is named by OTEL_SERVICE_NAME.
 */
import { register } from 'node:module';
import { startTracing } from './tracing.js';

/** What is traced. Without a list every module is wrapped, and each call from one to another takes a detour. */
const TRACED_MODULES = ['http', 'https', 'pg', 'ioredis'];

if (process.env.OTEL_EXPORTER_OTLP_ENDPOINT) {
  register('@opentelemetry/instrumentation/hook.mjs', import.meta.url, { data: { include: TRACED_MODULES } });
}
await startTracing(process.env.OTEL_SERVICE_NAME ?? 'vici');
