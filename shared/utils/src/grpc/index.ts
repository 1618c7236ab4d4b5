export { type BindingDependencies, GrpcBinding } from './grpc-binding.js';
export { grpcClient, InjectGrpc } from './grpc-client.provider.js';
export { GrpcClientFactory } from './grpc-client-factory.js';
export { GrpcServer } from './grpc-server.js';
export type {
  GrpcCallOptions,
  GrpcClient,
  GrpcDefinition,
  GrpcHandlers,
  GrpcMethod,
  PartialRequestOf,
  PartialResponseOf,
  RequestOf,
  ResponseOf,
} from './grpc-types.js';
export type { UpstreamDependencies } from './grpc-upstream.js';
export { InProcessRegistry } from './in-process-registry.js';
