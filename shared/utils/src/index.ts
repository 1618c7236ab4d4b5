export { AskedTogether } from './asked-together.js';
export { BackgroundLoop, type BackgroundWork } from './background-loop.js';
export { clientNetwork } from './client-network.js';
export * from './configuration/index.js';
export * from './domain/index.js';
export * from './grpc/index.js';
export {
  type HealthCheckOptions,
  type HealthCheckResult,
  HealthRegistry,
  type Readiness,
} from './health.js';
export { type LogFields, Logger, type LoggerOptions, type LogLevel, NestLogger } from './logger.js';
export { type GaugeCollector, Metrics } from './metrics.js';
export { parseJson } from './parse-json.js';
export { redact, redactFields } from './redact.js';
export {
  type CreateRedisOptions,
  createRedis,
  REDIS,
  Redis,
  RedisClient,
  RedisModule,
} from './redis.js';
export { type RedisScript, redisScript, runScript } from './redis-script.js';
export {
  type Caller,
  currentCaller,
  currentContext,
  type RequestContext,
  remainingMs,
  requirePermission,
  requireRole,
  requireUserId,
  runInContext,
  systemContext,
} from './request-context.js';
export * from './service/index.js';
export {
  activeTraceId,
  extractTrace,
  injectTrace,
  linksWith,
  runInTrace,
  type StopTracing,
  startTracing,
  withSpan,
} from './tracing.js';
export { WakeSignal } from './wake-signal.js';
