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

const { http, grpc } = SERVICE_PORTS.cart;

/** What cart-service reads from its environment. */
export const cartConfig = z.object({
  ...baseConfig,
  ...httpConfig(http),
  ...grpcServerConfig(grpc),
  ...databaseConfig('cart_db'),
  ...eventBusConfig,
  ...upstreamConfig('product'),
  SHOP_CURRENCY: z.string().length(3).default('USD').describe('Currency of an empty cart (ISO 4217).'),
  GUEST_CART_TTL_DAYS: z
    .number()
    .int()
    .min(1)
    .max(365)
    .default(30)
    .describe('How long a guest cart is kept.'),
  CART_FLUSH_INTERVAL_MS: z
    .number()
    .int()
    .min(50)
    .max(2500)
    .default(1000)
    .describe('How often changed carts are written to Postgres: what a loss of Redis may cost at most.'),
  CART_ABANDONED_AFTER_SECONDS: z
    .number()
    .int()
    .min(1)
    .default(3600)
    .describe("How long a user's cart is left untouched before it counts as abandoned."),
  CART_SWEEP_INTERVAL_MS: z
    .number()
    .int()
    .min(50)
    .default(60_000)
    .describe('How often abandoned carts are looked for.'),
});

export type CartConfig = z.infer<typeof cartConfig>;
