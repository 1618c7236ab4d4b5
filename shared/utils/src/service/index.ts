export type { CheckpointOrder, CheckpointReport } from './checkpoint-orders.js';
export { CONFIG } from './config.token.js';
export { runService } from './run-service.js';
export { RuntimeModule, type ServiceRuntime } from './runtime.module.js';
export {
  defineService,
  type GrpcControllerBinding,
  type RunningService,
  type ServiceDefinition,
} from './service-definition.js';
export { type StartOptions, startService } from './start-service.js';
