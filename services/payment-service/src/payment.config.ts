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
export const paymentConfig = z
  .object({
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
    PAYMENT_RECONCILE_EVERY_MINUTES: z
      .number()
      .int()
      .min(0)
      .default(60)
      .describe('How often payments are reconciled with the provider and the orders; 0: only when asked.'),
    PAYMENT_SETTLED_AFTER_MS: z
      .number()
      .int()
      .min(0)
      .default(120_000)
      .describe('A payment that changed later than this is still on its way and not reconciled.'),
    SANDBOX_WEBHOOKS: z.boolean().default(true).describe('Whether the sandbox processor delivers webhooks.'),
    SANDBOX_WEBHOOK_INTERVAL_MS: z
      .number()
      .int()
      .min(10)
      .default(2_000)
      .describe('How often the sandbox processor looks for webhooks that are late or were not taken.'),
    PAYMENT_ALLOW_SANDBOX: z
      .boolean()
      .default(false)
      .describe('Lets the sandbox, which takes no money, serve in production.'),
    STRIPE_SECRET_KEY: z
      .string()
      .optional()
      .describe('Secret key of the Stripe account; set, Stripe is the provider instead of the sandbox.')
      .meta({ secret: true }),
    STRIPE_WEBHOOK_SECRETS: z
      .array(z.string().min(1))
      .min(1)
      .optional()
      .describe('Signing secrets of the webhook endpoint, separated by commas; two while one is exchanged.')
      .meta({ secret: true }),
    STRIPE_WEBHOOK_TOLERANCE_SECONDS: z
      .number()
      .int()
      .min(1)
      .default(300)
      .describe('How old a signed webhook may be.'),
    STRIPE_API_URL: z.url().default('https://api.stripe.com').describe('Where Stripe’s API is.'),
    STRIPE_TIMEOUT_MS: z
      .number()
      .int()
      .min(100)
      .default(6_000)
      .describe('How long one request to Stripe may take.'),
  })
  .refine((config) => config.STRIPE_SECRET_KEY === undefined || config.STRIPE_WEBHOOK_SECRETS !== undefined, {
    path: ['STRIPE_WEBHOOK_SECRETS'],
    error: 'is required with STRIPE_SECRET_KEY',
  })
  .refine(
    (config) =>
      config.NODE_ENV !== 'production' ||
      config.STRIPE_SECRET_KEY !== undefined ||
      config.PAYMENT_ALLOW_SANDBOX,
    {
      path: ['STRIPE_SECRET_KEY'],
      error: 'is required in production, unless PAYMENT_ALLOW_SANDBOX is true',
    },
  );

export type PaymentConfig = z.infer<typeof paymentConfig>;
