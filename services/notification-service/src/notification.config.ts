import {
  baseConfig,
  databaseConfig,
  eventBusConfig,
  grpcServerConfig,
  httpConfig,
  SERVICE_PORTS,
} from '@vici/utils';
import { z } from 'zod';

const { http, grpc } = SERVICE_PORTS.notification;

/** What notification-service reads from its environment. */
export const notificationConfig = z.object({
  ...baseConfig,
  ...httpConfig(http),
  ...grpcServerConfig(grpc),
  ...databaseConfig('notification_db'),
  ...eventBusConfig,
  SMTP_URL: z
    .url({ protocol: /^smtps?$/ })
    .default('smtp://localhost:1025')
    .describe('Mail server: smtp: or smtps:, with user and password where it asks for them.')
    .meta({ secret: true }),
  MAIL_FROM: z
    .string()
    .regex(/^[^\r\n<>]*<[^\s<>@]+@[^\s<>@]+>$/, 'must look like Name <address@domain>')
    .default('Vici <no-reply@vici.localhost>')
    .describe('Sender of every mail.'),
  MAIL_DOMAIN: z
    .string()
    .regex(/^[a-z0-9.-]+$/i, 'must be a domain name')
    .default('vici.localhost')
    .describe('Domain in the Message-ID of every mail; never change it while mails wait.'),
  MAIL_MAX_ATTEMPTS: z
    .int()
    .min(1)
    .max(50)
    .default(12)
    .describe('Attempts before a mail is given up; twelve last about four hours.'),
  MAIL_RETRY_BASE_MS: z
    .int()
    .min(10)
    .max(3_600_000)
    .default(1_000)
    .describe(
      'Pause after the first failed attempt in milliseconds; each further one is three times as long.',
    ),
  REVIEW_REQUEST_AFTER_MS: z
    .int()
    .min(0)
    .default(7 * 86_400_000)
    .describe('How long after its delivery an order is asked about, in milliseconds; seven days.'),
  STOREFRONT_URL: z
    .url({ protocol: /^https?$/ })
    .default('http://localhost:5173')
    .describe('Address of the shop, for links in mails and notifications.'),
});

export type NotificationConfig = z.infer<typeof notificationConfig>;
