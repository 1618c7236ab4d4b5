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
  HOME_COUNTRY: z
    .string()
    .regex(/^[A-Z]{2}$/)
    .default('US')
    .describe('Where phone numbers without a country code are dialled (ISO 3166-1).'),
});

export type UserConfig = z.infer<typeof userConfig>;
