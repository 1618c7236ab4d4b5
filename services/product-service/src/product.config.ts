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
  POPULARITY_INTERVAL_MS: z.coerce
    .number()
    .int()
    .min(10)
    .default(5000)
    .describe('How often what was sold since is added to the popularity of products.'),
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
  S3_STAGING_BUCKET: z
    .string()
    .min(3)
    .default('vici-staging')
    .describe('Bucket of files that clients put; it has to exist, and nobody may be served from it.'),
  S3_UPLOAD_ENDPOINT: z
    .union([z.url({ protocol: /^https?$/ }), z.literal('')])
    .default('')
    .describe(
      'Where browsers reach the S3 server, if not at S3_ENDPOINT: upload addresses are signed for it.',
    ),
  UPLOAD_TTL_SECONDS: z.coerce
    .number()
    .int()
    .min(10)
    .max(3600)
    .default(900)
    .describe('How long an address to put a file to holds.'),
  UPLOAD_KEEP_HOURS: z.coerce
    .number()
    .min(0)
    .default(24)
    .describe('How long a picture that nothing shows is kept.'),
  UPLOAD_SWEEP_INTERVAL_MS: z.coerce
    .number()
    .int()
    .min(100)
    .default(600_000)
    .describe('How often pictures that nothing shows are removed.'),
  PICTURE_WORKERS: z.coerce
    .number()
    .int()
    .min(0)
    .max(16)
    .default(1)
    .describe('Pictures made at a time, each on a thread of its own; 0 leaves them to other processes.'),
});

export type ProductConfig = z.infer<typeof productConfig>;
