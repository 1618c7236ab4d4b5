import { type DynamicModule, Module, type Provider } from '@nestjs/common';
import { DatabaseModule, databaseOf } from '@vici/database';
import { EventsModule, eventBusOf, eventsMigrations, PersonalData, PersonalDataHandlers } from '@vici/events';
import { ContactRepository } from './application/contact.repository.js';
import { DeliveryReport } from './application/delivery.report.js';
import { DeliveryRepository } from './application/delivery.repository.js';
import { Inbox } from './application/inbox.js';
import { MailTransport } from './application/mail.transport.js';
import { MailRenderer } from './application/mail-content.js';
import { NotificationRepository } from './application/notification.repository.js';
import { NotifyShopper } from './application/notify-shopper.use-case.js';
import { ReminderRepository, ReviewDelay } from './application/reminder.repository.js';
import { DeliverySettings, SendDelivery } from './application/send-delivery.use-case.js';
import { StockWatchRepository } from './application/stock-watch.repository.js';
import { StockWatches } from './application/stock-watches.js';
import { StorefrontLinks } from './application/storefront-links.js';
import { TellReminders } from './application/tell-reminders.use-case.js';
import { DeliverySignal } from './infrastructure/delivery.signal.js';
import { DeliveryWorker } from './infrastructure/delivery.worker.js';
import { HandlebarsMailRenderer } from './infrastructure/handlebars.mail-renderer.js';
import { NotificationPersonalData } from './infrastructure/notification.personal-data.js';
import { PostgresContactRepository } from './infrastructure/postgres-contact.repository.js';
import { PostgresDeliveryRepository } from './infrastructure/postgres-delivery.repository.js';
import { PostgresNotificationRepository } from './infrastructure/postgres-notification.repository.js';
import { PostgresReminderRepository } from './infrastructure/postgres-reminder.repository.js';
import { PostgresStockWatchRepository } from './infrastructure/postgres-stock-watch.repository.js';
import { ReminderWorker } from './infrastructure/reminder.worker.js';
import { SmtpMailTransport } from './infrastructure/smtp.mail-transport.js';
import { AccountEventHandlers } from './interface/account.event-handlers.js';
import { CartEventHandlers } from './interface/cart.event-handlers.js';
import { ContactEventHandlers } from './interface/contact.event-handlers.js';
import { NotificationGrpcController } from './interface/notification.grpc-controller.js';
import { OrderEventHandlers } from './interface/order.event-handlers.js';
import { PaymentEventHandlers } from './interface/payment.event-handlers.js';
import { StockEventHandlers } from './interface/stock.event-handlers.js';
import { TemplatePreviewController } from './interface/template-preview.controller.js';
import type { NotificationConfig } from './notification.config.js';

@Module({
  providers: [
    NotifyShopper,
    SendDelivery,
    Inbox,
    DeliveryReport,
    DeliverySignal,
    DeliveryWorker,
    AccountEventHandlers,
    CartEventHandlers,
    ContactEventHandlers,
    OrderEventHandlers,
    PaymentEventHandlers,
    StockEventHandlers,
    PersonalDataHandlers,
    StockWatches,
    TellReminders,
    ReminderWorker,
    NotificationGrpcController,
    { provide: NotificationRepository, useClass: PostgresNotificationRepository },
    { provide: ContactRepository, useClass: PostgresContactRepository },
    { provide: DeliveryRepository, useClass: PostgresDeliveryRepository },
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

function configured(config: NotificationConfig): Provider[] {
  return [
    {
      provide: MailTransport,
      useFactory: () => new SmtpMailTransport({ url: config.SMTP_URL, from: config.MAIL_FROM }),
    },
    {
      provide: DeliverySettings,
      useValue: {
        retry: { maxAttempts: config.MAIL_MAX_ATTEMPTS, baseMs: config.MAIL_RETRY_BASE_MS },
        mailDomain: config.MAIL_DOMAIN,
      } satisfies DeliverySettings,
    },
    { provide: ReviewDelay, useValue: { ms: config.REVIEW_REQUEST_AFTER_MS } satisfies ReviewDelay },
    { provide: StorefrontLinks, useFactory: () => new StorefrontLinks(config.STOREFRONT_URL) },
  ];
}
