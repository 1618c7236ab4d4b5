import {
  baseConfig,
  databaseConfig,
  eventBusConfig,
  grpcServerConfig,
  httpConfig,
  SERVICE_PORTS,
} from '@vici/utils';
import { z } from 'zod';

const { http, grpc } = SERVICE_PORTS.inventory;

/** What inventory-service reads from its environment. */
export const inventoryConfig = z.object({
  ...baseConfig,
  ...httpConfig(http),
  ...grpcServerConfig(grpc),
  ...databaseConfig('inventory_db'),
  ...eventBusConfig,
  RESERVATION_TTL_SECONDS: z
    .number()
    .int()
    .min(1)
    .max(86_400)
    .default(1_200)
    .describe('How long units stay reserved for an order that does not say.'),
  RESERVATION_SWEEP_INTERVAL_MS: z
    .number()
    .int()
    .min(50)
    .default(2_000)
    .describe('How often lapsed reservations are ended; their units are free for others at once anyway.'),
  LOW_STOCK_THRESHOLD: z
    .number()
    .int()
    .min(0)
    .default(5)
    .describe('Available units at which a SKU is announced as low.'),
});

export type InventoryConfig = z.infer<typeof inventoryConfig>;
