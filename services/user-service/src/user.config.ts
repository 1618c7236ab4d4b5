import {
  baseConfig,
  databaseConfig,
  eventBusConfig,
  grpcServerConfig,
  httpConfig,
  SERVICE_PORTS,
  upstreamConfig,
} from '@vici/utils';
import { z } from 'zod';

const { http, grpc } = SERVICE_PORTS.user;

/** What user-service reads from its environment. */
export const userConfig = z.object({
  ...baseConfig,
  ...httpConfig(http),
  ...grpcServerConfig(grpc),
  ...databaseConfig('user_db'),
  ...eventBusConfig,
  ...upstreamConfig('product'),
});

export type UserConfig = z.infer<typeof userConfig>;
