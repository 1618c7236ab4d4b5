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
  SMTP_CONNECTIONS: z
    .int()
    .min(1)
    .max(50)
    .default(8)
    .describe('Most connections to the mail server at once; three times as many messages are in hand.'),
  SMTP_MAILS_PER_CONNECTION: z
    .int()
    .min(1)
    .default(100)
    .describe('Mails after which a connection is exchanged for a new one.'),
  SMTP_MAILS_PER_SECOND: z
    .int()
    .min(1)
    .optional()
    .describe('Mails a second that the server takes from one process; no limit by default.'),
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
  TWILIO_ACCOUNT_SID: z
    .string()
    .optional()
    .describe('Account that sends text messages; without one they go to the development inbox.'),
  TWILIO_AUTH_TOKEN: z.string().optional().describe('Token of the Twilio account.').meta({ secret: true }),
  TWILIO_FROM: z.string().optional().describe('Number that text messages come from, in E.164.'),
  TWILIO_API_URL: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe("Another address of Twilio's API, for tests."),
  VAPID_PUBLIC_KEY: z
    .string()
    .optional()
    .describe('Key by which browsers know who pushes; without it nothing is pushed.'),
  VAPID_PRIVATE_KEY: z.string().optional().describe('Signs pushes.').meta({ secret: true }),
  VAPID_SUBJECT: z
    .string()
    .regex(/^(mailto:|https:)/, 'must be mailto: or https:')
    .default('mailto:no-reply@vici.localhost')
    .describe('Whom push services ask about pushes.'),
  PUSH_HOSTS: z
    .array(z.string().min(1))
    .default([
      'fcm.googleapis.com',
      'updates.push.services.mozilla.com',
      'notify.windows.com',
      'push.apple.com',
    ])
    .describe('Hosts of push services, with all below them, separated by commas: nothing is sent elsewhere.'),
  UNSUBSCRIBE_SECRET: z
    .string()
    .min(16)
    .default('vici-unsubscribe-development-secret')
    .describe('Signs the links that end marketing.')
    .meta({ secret: true }),
  MAIL_REPORT_SECRET: z
    .string()
    .min(16)
    .optional()
    .describe('What reports of bounces and complaints are signed with; without it none is taken.')
    .meta({ secret: true }),
  SUPPRESSION_KEY: z
    .string()
    .min(16)
    .default('vici-suppression-development-key')
    .describe('Hashes addresses that bounce or complain; with another one they are written to again.')
    .meta({ secret: true }),
  PUBLIC_API_URL: z
    .url({ protocol: /^https?$/ })
    .default('http://localhost:3000')
    .describe('Public address of the gateway, for links that end marketing.'),
  MARKETING_PER_DAY: z.int().min(1).default(3).describe('Marketing messages to one shopper in 24 hours.'),
  QUIET_HOURS: z
    .string()
    .regex(/^\d{1,2}-\d{1,2}$/, 'must be two hours, such as 21-8')
    .default('21-8')
    .describe('Hours without marketing; 0-0 for none.'),
  QUIET_HOURS_TIME_ZONE: z.string().default('UTC').describe('IANA name of the zone of the quiet hours.'),
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
