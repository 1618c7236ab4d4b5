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

const { http, grpc } = SERVICE_PORTS.order;

/** The configuration of order-service. */
export const orderConfig = z.object({
  ...baseConfig,
  ...httpConfig(http),
  ...grpcServerConfig(grpc),
  ...databaseConfig('order_db'),
  ...eventBusConfig,
  ...upstreamConfig('cart', 'user', 'product', 'inventory', 'payment'),
  CHECKOUT_DEADLINE_SECONDS: z
    .int()
    .min(1)
    .max(86_400)
    .default(900)
    .describe('How long a shopper has to pay a confirmed checkout before it is cancelled.'),
  PRICING_FILE: z
    .string()
    .min(1)
    .optional()
    .describe("JSON file with the shop's own shipping methods and tax rates, in place of the built-in ones."),
  CHECKOUT_CONFIRM_GRACE_SECONDS: z
    .number()
    .min(0)
    .max(3_600)
    .default(30)
    .describe(
      'How long a shopper who has paid in the browser has to confirm before the order is made without.',
    ),
  CHECKOUT_LEASE_MS: z
    .int()
    .min(300)
    .max(60_000)
    .default(10_000)
    .describe('How long a process may be silent before another one takes over its checkout.'),
});
export type OrderConfig = z.infer<typeof orderConfig>;
