import { baseConfig, eventBusConfig, httpConfig, SERVICE_PORTS, upstreamConfig } from '@vici/utils';
import { z } from 'zod';

/** What the gateway reads from its environment. */
export const gatewayConfig = z
  .object({
    ...baseConfig,
    ...httpConfig(SERVICE_PORTS.gateway.http),
    ...eventBusConfig,
    ...upstreamConfig(
      'auth',
      'user',
      'product',
      'inventory',
      'cart',
      'order',
      'payment',
      'recommendation',
      'event',
      'notification',
    ),
    ALLOWED_ORIGINS: z
      .array(z.url())
      .default(['http://localhost:3001', 'http://localhost:5173', 'http://localhost:4173'])
      .describe('Origins whose pages may call the API, separated by commas.'),
    TRUSTED_PROXIES: z
      .array(z.union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()]))
      .default([])
      .describe('Addresses or networks of proxies whose X-Forwarded-For is believed, separated by commas.'),
    RATE_LIMIT_MULTIPLIER: z
      .number()
      .min(0)
      .default(1)
      .describe('Scales every request limit; 0 switches them off and is refused in production.'),
    SHOP_CURRENCY: z
      .string()
      .regex(/^[A-Z]{3}$/)
      .default('USD')
      .describe('Currency of price filters (ISO 4217).'),
    CATALOGUE_CACHE_MS: z
      .number()
      .int()
      .min(0)
      .max(1000)
      .default(500)
      .describe(
        'How long a catalogue answer is given before it is made anew, in milliseconds; 0 keeps none.',
      ),
    STREAM_HEARTBEAT_MS: z
      .number()
      .int()
      .min(50)
      .max(60_000)
      .default(15_000)
      .describe(
        'How often an event stream gives a sign of life and looks whether its login session goes on.',
      ),
    TRACKING_QUEUE_MAX: z
      .number()
      .int()
      .min(1)
      .default(1000)
      .describe(
        'Most behaviour events that wait for the event service; further ones are dropped and counted.',
      ),
  })
  .refine((config) => config.NODE_ENV !== 'production' || config.RATE_LIMIT_MULTIPLIER > 0, {
    path: ['RATE_LIMIT_MULTIPLIER'],
    error: 'must be above 0 in production',
  });

export type GatewayConfig = z.infer<typeof gatewayConfig>;
