import { type DynamicModule, Module, type Provider } from '@nestjs/common';
import { DatabaseModule, databaseOf } from '@vici/database';
import { EventsModule, eventBusOf, eventsMigrations, PersonalData, PersonalDataHandlers } from '@vici/events';
import { WakeSignal } from '@vici/utils';
import { Acceptances } from './application/acceptances.js';
import { ChannelPlan } from './application/channel-plan.js';
import { ConsentRules, MarketingLimits } from './application/consent.rules.js';
import { ContactRepository } from './application/contact.repository.js';
import { DeliveryReport } from './application/delivery.report.js';
import { DeliveryRepository } from './application/delivery.repository.js';
import { DeliveryLog, DeliveryLogRepository } from './application/delivery-log.js';
import { Inbox } from './application/inbox.js';
import { MailRenderer } from './application/mail-content.js';
import { MessageProviders } from './application/message-provider.js';
import { NewDeliveries } from './application/new-deliveries.js';
import { NotificationRepository } from './application/notification.repository.js';
import { NotifyShopper } from './application/notify-shopper.use-case.js';
import { PushSubscriptionRepository } from './application/push-subscription.repository.js';
import { PushSettings, PushSubscriptions } from './application/push-subscriptions.js';
import { MailReportSettings, ReceiveMailReport } from './application/receive-mail-report.use-case.js';
import { ReminderRepository, ReviewDelay } from './application/reminder.repository.js';
import { DeliverySettings, SendDelivery } from './application/send-delivery.use-case.js';
import { SendingPlaces } from './application/sending-places.js';
import { StockWatchRepository } from './application/stock-watch.repository.js';
import { StockWatches } from './application/stock-watches.js';
import { StorefrontLinks } from './application/storefront-links.js';
import { SuppressionRepository } from './application/suppression.repository.js';
import { TellReminders } from './application/tell-reminders.use-case.js';
import { Unsubscribe, UnsubscribeLinks } from './application/unsubscribe.js';
import { parseQuietHours } from './domain/sending-rules.js';
import { ConfiguredProviders } from './infrastructure/configured-providers.js';
import { DeliveryWorker } from './infrastructure/delivery.worker.js';
import { HandlebarsMailRenderer } from './infrastructure/handlebars.mail-renderer.js';
import { InboxProvider } from './infrastructure/inbox.provider.js';
import { NotificationPersonalData } from './infrastructure/notification.personal-data.js';
import { PostgresContactRepository } from './infrastructure/postgres-contact.repository.js';
import { PostgresDeliveryRepository } from './infrastructure/postgres-delivery.repository.js';
import { PostgresDeliveryLogRepository } from './infrastructure/postgres-delivery-log.repository.js';
import { PostgresNotificationRepository } from './infrastructure/postgres-notification.repository.js';
import { PostgresPushSubscriptionRepository } from './infrastructure/postgres-push-subscription.repository.js';
import { PostgresReminderRepository } from './infrastructure/postgres-reminder.repository.js';
import { PostgresStockWatchRepository } from './infrastructure/postgres-stock-watch.repository.js';
import { PostgresSuppressionRepository } from './infrastructure/postgres-suppression.repository.js';
import { ReminderWorker } from './infrastructure/reminder.worker.js';
import { AccountEventHandlers } from './interface/account.event-handlers.js';
import { CartEventHandlers } from './interface/cart.event-handlers.js';
import { ContactEventHandlers } from './interface/contact.event-handlers.js';
import { NotificationGrpcController } from './interface/notification.grpc-controller.js';
import { NotificationAdminGrpcController } from './interface/notification-admin.grpc-controller.js';
import { OrderEventHandlers } from './interface/order.event-handlers.js';
import { PaymentEventHandlers } from './interface/payment.event-handlers.js';
import { StockEventHandlers } from './interface/stock.event-handlers.js';
import { TemplatePreviewController } from './interface/template-preview.controller.js';
import type { NotificationConfig } from './notification.config.js';

/** Messages in hand for each connection to the mail server. */
const IN_HAND_EACH = 3;
/** Half of what a sending may take. */
const LONGEST_WAIT_S = 10;

@Module({
  providers: [
    NotifyShopper,
    SendDelivery,
    Acceptances,
    Inbox,
    InboxProvider,
    DeliveryReport,
    WakeSignal,
    SendingPlaces,
    NewDeliveries,
    DeliveryWorker,
    AccountEventHandlers,
    CartEventHandlers,
    ContactEventHandlers,
    OrderEventHandlers,
    PaymentEventHandlers,
    StockEventHandlers,
    PersonalDataHandlers,
    StockWatches,
    ChannelPlan,
    PushSubscriptions,
    DeliveryLog,
    NotificationAdminGrpcController,
    ConsentRules,
    Unsubscribe,
    ReceiveMailReport,
    TellReminders,
    ReminderWorker,
    NotificationGrpcController,
    { provide: NotificationRepository, useClass: PostgresNotificationRepository },
    { provide: ContactRepository, useClass: PostgresContactRepository },
    { provide: DeliveryRepository, useClass: PostgresDeliveryRepository },
    { provide: DeliveryLogRepository, useClass: PostgresDeliveryLogRepository },
    { provide: SuppressionRepository, useClass: PostgresSuppressionRepository },
    { provide: PushSubscriptionRepository, useClass: PostgresPushSubscriptionRepository },
    { provide: ReminderRepository, useClass: PostgresReminderRepository },
    { provide: StockWatchRepository, useClass: PostgresStockWatchRepository },
    { provide: PersonalData, useClass: NotificationPersonalData },
    { provide: MailRenderer, useClass: HandlebarsMailRenderer },
  ],
})
export class NotificationModule {
  static forConfig(config: NotificationConfig): DynamicModule {
    return {
      module: NotificationModule,
      imports: [
        DatabaseModule.forRoot({
          ...databaseOf(config),
          service: 'notification-service',
          migrations: [eventsMigrations, new URL('../migrations/', import.meta.url)],
        }),
        EventsModule.forRoot({ service: 'notification-service', bus: eventBusOf(config) }),
      ],
      controllers: config.NODE_ENV === 'production' ? [] : [TemplatePreviewController],
      providers: configured(config),
    };
  }
}

/** For each on its way by a connection others are claimed and recorded; none waits for the server's rate for long. */
function messagesAtOnce({ SMTP_CONNECTIONS, SMTP_MAILS_PER_SECOND = SMTP_CONNECTIONS }: NotificationConfig) {
  return Math.min(IN_HAND_EACH * SMTP_CONNECTIONS, LONGEST_WAIT_S * SMTP_MAILS_PER_SECOND);
}

function configured(config: NotificationConfig): Provider[] {
  return [
    {
      provide: MessageProviders,
      inject: [PushSubscriptionRepository, InboxProvider],
      useFactory: (subscriptions: PushSubscriptionRepository, inbox: InboxProvider) =>
        new ConfiguredProviders(config, subscriptions, inbox),
    },
    {
      provide: MarketingLimits,
      useValue: {
        perDay: config.MARKETING_PER_DAY,
        quiet: parseQuietHours(config.QUIET_HOURS, config.QUIET_HOURS_TIME_ZONE),
      } satisfies MarketingLimits,
    },
    {
      provide: UnsubscribeLinks,
      useFactory: () => new UnsubscribeLinks(config.PUBLIC_API_URL, config.UNSUBSCRIBE_SECRET),
    },
    {
      provide: PushSettings,
      useValue: {
        publicKey: config.VAPID_PRIVATE_KEY === undefined ? '' : (config.VAPID_PUBLIC_KEY ?? ''),
        hosts: config.PUSH_HOSTS,
      } satisfies PushSettings,
    },
    {
      provide: MailReportSettings,
      useValue: { secret: config.MAIL_REPORT_SECRET } satisfies MailReportSettings,
    },
    {
      provide: DeliverySettings,
      useValue: {
        retry: { maxAttempts: config.MAIL_MAX_ATTEMPTS, baseMs: config.MAIL_RETRY_BASE_MS },
        mailDomain: config.MAIL_DOMAIN,
        atOnce: messagesAtOnce(config),
      } satisfies DeliverySettings,
    },
    { provide: ReviewDelay, useValue: { ms: config.REVIEW_REQUEST_AFTER_MS } satisfies ReviewDelay },
    { provide: StorefrontLinks, useFactory: () => new StorefrontLinks(config.STOREFRONT_URL) },
  ];
}
