import {
  baseConfig,
  databaseConfig,
  eventBusConfig,
  grpcServerConfig,
  httpConfig,
  SERVICE_PORTS,
} from '@vici/utils';
import { z } from 'zod';

const { http, grpc } = SERVICE_PORTS.payment;

/** What payment-service reads from its environment. */
export const paymentConfig = z.object({
  ...baseConfig,
  ...httpConfig(http),
  ...grpcServerConfig(grpc),
  ...databaseConfig('payment_db'),
  ...eventBusConfig,
  PAYMENT_RECOVERY_INTERVAL_MS: z
    .number()
    .int()
    .min(50)
    .default(5_000)
    .describe('How often payments whose last step is missing are looked for.'),
  PAYMENT_RECOVERY_AFTER_MS: z
    .number()
    .int()
    .min(0)
    .default(15_000)
    .describe('How long a step may be missing before it is looked for.'),
  SANDBOX_WEBHOOK_INTERVAL_MS: z
    .number()
    .int()
    .min(10)
    .default(250)
    .describe('How often the sandbox processor delivers its webhooks.'),
});

export type PaymentConfig = z.infer<typeof paymentConfig>;
