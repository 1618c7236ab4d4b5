export { renderEnvExample } from './env-example.js';
export { ConfigError, type Environment, loadConfig } from './load-config.js';
export { describeKeys, type KeyDescription } from './schema-introspection.js';
export { SERVICE_PORTS, type ServiceName, type ServicePorts } from './service-ports.js';
export {
  baseConfig,
  databaseConfig,
  eventBusConfig,
  grpcServerConfig,
  httpConfig,
  redisConfig,
  type UpstreamShape,
  upstreamConfig,
} from './shapes.js';
