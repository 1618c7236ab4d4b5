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
import { BLEND_DEFAULTS } from './domain/session-blend.js';
import { experimentOfEnvironment } from './recommender-experiment.config.js';

const { http, grpc } = SERVICE_PORTS.recommendation;

const count = (fallback: number) => z.number().int().min(1).default(fallback);

/** What recommendation-service reads from its environment. */
export const recommendationConfig = z.object({
  ...baseConfig,
  ...httpConfig(http),
  ...grpcServerConfig(grpc),
  ...databaseConfig('recommendation_db'),
  ...eventBusConfig,
  ...upstreamConfig('product'),
  RECOMMENDER: z
    .enum(['internal', 'external'])
    .default('internal')
    .describe('Who writes the lists in Redis: this service, or another pipeline whose lists it then serves.'),
  EXPERIMENT: experimentOfEnvironment.describe(
    'A comparison of algorithms, as JSON: {"name":"session-lists","arms":[{"name":"control","algorithm":"blend","share":1},{"name":"plain","algorithm":"vmis","share":1}]}. Empty: none.',
  ),
  DIVERSITY_SHARE: z
    .number()
    .min(0.05)
    .max(1)
    .default(0.5)
    .describe('Part of a list that one category or one brand may take while there are others.'),
  FATIGUE_AFTER: count(8).describe(
    'A product shown so often without a look at it goes to the end of the list.',
  ),
  SESSIONS_PER_ITEM: count(500).describe(
    'Sessions looked at per product, the most recent ones (m of VMIS-kNN).',
  ),
  SESSION_NEIGHBOURS: count(100).describe('Similar sessions that vote (k of VMIS-kNN).'),
  SEQUENTIAL_RULES_SHARE: z
    .number()
    .min(0)
    .max(1)
    .default(BLEND_DEFAULTS.rulesShare)
    .describe('Share of the sequential rules in the score of a session’s list; the rest is the neighbours’.'),
  MAX_SESSIONS: count(200_000).describe('Sessions kept in memory; the one idle longest makes room.'),
  MAX_BASKETS: count(500_000).describe('Baskets kept in memory; the oldest makes room.'),
  TREND_HALF_LIFE_HOURS: z
    .number()
    .positive()
    .default(6)
    .describe('A product loses half of its trend in so many hours.'),
  S3_ENDPOINT: z
    .union([z.url({ protocol: /^https?$/ }), z.literal('')])
    .default('')
    .describe(
      'S3 server that keeps snapshots of the index; empty: none, a start reads everything from the database.',
    ),
  S3_REGION: z.string().min(1).default('us-east-1').describe('Region of the bucket.'),
  S3_SNAPSHOT_BUCKET: z
    .string()
    .min(3)
    .default('vici-snapshots')
    .describe('Bucket of the snapshots; it has to exist, and nobody else may read it.'),
  S3_ACCESS_KEY_ID: z
    .string()
    .optional()
    .describe('Account at the S3 server; without it, what the machine it runs on is allowed.')
    .meta({ secret: true }),
  S3_SECRET_ACCESS_KEY: z.string().optional().describe("The account's secret.").meta({ secret: true }),
  SNAPSHOT_EVERY_MINUTES: count(15).describe(
    'How often the index is put away; besides, whenever the service stops.',
  ),
  SNAPSHOTS_KEPT: count(3).describe('So many of the latest snapshots are kept.'),
  INTERACTION_RETENTION_DAYS: count(90).describe('Shoppers’ interactions are kept so many days.'),
});

export type RecommendationConfig = z.infer<typeof recommendationConfig>;
