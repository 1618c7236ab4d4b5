import {
  baseConfig,
  databaseConfig,
  eventBusConfig,
  grpcServerConfig,
  httpConfig,
  SERVICE_PORTS,
} from '@vici/utils';
import { z } from 'zod';

const { http, grpc } = SERVICE_PORTS.auth;

/** What auth-service reads from its environment. */
export const authConfig = z
  .object({
    ...baseConfig,
    ...httpConfig(http),
    ...grpcServerConfig(grpc),
    ...databaseConfig('auth_db'),
    ...eventBusConfig,
    BCRYPT_COST: z
      .number()
      .int()
      .min(4)
      .max(15)
      .default(12)
      .describe('Work of one password hash, as a power of two; 12 takes about a third of a second.'),
    UV_THREADPOOL_SIZE: z
      .number()
      .int()
      .min(2)
      .max(1024)
      .default(4)
      .describe(
        'Threads Node has for work off the event loop, read by Node itself; all but one hash passwords, as far as there are cores.',
      ),
    ACCESS_TOKEN_TTL_SECONDS: z
      .number()
      .int()
      .min(10)
      .max(3600)
      .default(900)
      .describe('Lifetime of an access token.'),
    REFRESH_TOKEN_TTL_DAYS: z
      .number()
      .int()
      .min(1)
      .max(90)
      .default(7)
      .describe('Lifetime of an unused refresh token.'),
    REMEMBERED_REFRESH_TOKEN_TTL_DAYS: z
      .number()
      .int()
      .min(1)
      .max(365)
      .default(30)
      .describe('Lifetime of an unused refresh token of a session that is to be remembered.'),
    SIGNING_KEY_ROTATION_DAYS: z
      .number()
      .min(0.05)
      .max(365)
      .default(30)
      .describe('How long one key signs access tokens before the next takes over.'),
    AUTH_KEY_ENCRYPTION_KEY: z
      .string()
      .min(16)
      .default('vici-development-key-encryption-key')
      .describe('Encrypts the private signing keys in the database.')
      .meta({ secret: true }),
    OIDC_REDIRECT_URL: z
      .url({ protocol: /^https?$/ })
      .default('http://localhost:5173/sign-in/callback')
      .describe('Page of the shop that sign-in providers send the browser back to; each has to know it.'),
    OIDC_GOOGLE_CLIENT_ID: z.string().optional().describe('Client of Google; without it, it is not offered.'),
    OIDC_GOOGLE_CLIENT_SECRET: z
      .string()
      .optional()
      .describe('Secret of that client.')
      .meta({ secret: true }),
    OIDC_ISSUER: z
      .url({ protocol: /^https?$/ })
      .optional()
      .describe('Issuer of a further OpenID Connect provider; it is found by discovery.'),
    OIDC_CLIENT_ID: z.string().optional().describe('Client of that provider; without it, it is not offered.'),
    OIDC_CLIENT_SECRET: z.string().optional().describe('Secret of that client.').meta({ secret: true }),
    OIDC_NAME: z.string().default('Single sign-on').describe('What people know that provider as.'),
    AUTH_BOOTSTRAP_ADMIN_EMAIL: z
      .string()
      .optional()
      .describe('An administrator to create at start, if missing.'),
    AUTH_BOOTSTRAP_ADMIN_PASSWORD: z
      .string()
      .min(8)
      .optional()
      .describe('The first password of that administrator.')
      .meta({ secret: true }),
  })
  .refine(({ NODE_ENV, OIDC_ISSUER }) => NODE_ENV !== 'production' || !OIDC_ISSUER?.startsWith('http:'), {
    path: ['OIDC_ISSUER'],
    error: 'must begin with https: in production',
  });

export type AuthConfig = z.infer<typeof authConfig>;
