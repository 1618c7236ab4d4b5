import { UserServiceDefinition } from '@vici/proto-gen/user';
import {
  baseConfig,
  databaseConfig,
  defineService,
  eventBusConfig,
  grpcServerConfig,
  httpConfig,
  SERVICE_PORTS,
} from '@vici/utils';
import { z } from 'zod';
import { UserGrpcController } from './interface/user.grpc-controller.js';
import { UserModule } from './user.module.js';

const { http, grpc } = SERVICE_PORTS.user;

/** What user-service reads from its environment. */
export const userConfig = z.object({
  ...baseConfig,
  ...httpConfig(http),
  ...grpcServerConfig(grpc),
  ...databaseConfig('user_db'),
  ...eventBusConfig,
});

export type UserConfig = z.infer<typeof userConfig>;

/** user-service: profiles and addresses. */
export const userService = defineService({
  name: 'user',
  config: userConfig,
  module: (config) => UserModule.forConfig(config),
  grpc: [{ definition: UserServiceDefinition, controller: UserGrpcController }],
});
