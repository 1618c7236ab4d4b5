import {
  baseConfig,
  databaseConfig,
  eventBusConfig,
  grpcServerConfig,
  httpConfig,
  SERVICE_PORTS,
} from '@vici/utils';
import { z } from 'zod';

const { http, grpc } = SERVICE_PORTS.product;

/** What product-service reads from its environment. */
export const productConfig = z.object({
  ...baseConfig,
  ...httpConfig(http),
  ...grpcServerConfig(grpc),
  ...databaseConfig('product_db'),
  ...eventBusConfig,
  SHOP_CURRENCY: z
    .string()
    .regex(/^[A-Z]{3}$/)
    .default('USD')
    .describe('Currency of the shop (ISO 4217): of price filters, price bands and empty price ranges.'),
  REVIEW_MODERATION: z
    .enum(['after', 'before'])
    .default('after')
    .describe('Whether a moderator looks at a review after it is shown, or before.'),
  S3_ENDPOINT: z
    .url({ protocol: /^https?$/ })
    .default('http://localhost:9000')
    .describe('S3 server that keeps the pictures; path-style addresses are used.'),
  S3_REGION: z.string().min(1).default('us-east-1').describe('Region of the bucket.'),
  S3_BUCKET: z.string().min(3).default('vici-media').describe('Bucket of the pictures; it has to exist.'),
  S3_ACCESS_KEY_ID: z
    .string()
    .min(1)
    .default('S3RVER')
    .describe('Account at the S3 server.')
    .meta({ secret: true }),
  S3_SECRET_ACCESS_KEY: z
    .string()
    .min(1)
    .default('S3RVER')
    .describe("The account's secret.")
    .meta({ secret: true }),
  MEDIA_PUBLIC_URL: z
    .url({ protocol: /^https?$/ })
    .default('http://localhost:9000/vici-media')
    .describe('Where browsers get the pictures: an address that serves the bucket.'),
});

export type ProductConfig = z.infer<typeof productConfig>;
