import { type DynamicModule, Module } from '@nestjs/common';
import { DatabaseModule, databaseOf } from '@vici/database';
import { EventsModule, eventBusOf, eventsMigrations } from '@vici/events';
import { CancelIntent } from './application/cancel-intent.use-case.js';
import { CaptureIntent } from './application/capture-intent.use-case.js';
import { ClaimIntent } from './application/claim-intent.use-case.js';
import { OpenIntent } from './application/open-intent.use-case.js';
import {
  IntentRepository,
  Ledger,
  ProviderEventRepository,
  RefundRepository,
} from './application/payment.repositories.js';
import { PaymentAnnouncer } from './application/payment-announcer.js';
import { PaymentProvider } from './application/payment-provider.js';
import { ReceiveWebhook } from './application/receive-webhook.use-case.js';
import {
  RecoverCaptures,
  RecoverProviderEvents,
  RecoverRefunds,
} from './application/recover-payments.use-case.js';
import { RefundPayment } from './application/refund-payment.use-case.js';
import { Settlement } from './application/settlement.js';
import { PostgresIntentRepository } from './infrastructure/postgres-intent.repository.js';
import { PostgresLedger } from './infrastructure/postgres-ledger.js';
import { PostgresProviderEventRepository } from './infrastructure/postgres-provider-event.repository.js';
import { PostgresRefundRepository } from './infrastructure/postgres-refund.repository.js';
import { SandboxBooks } from './infrastructure/sandbox/sandbox.books.js';
import { SandboxPaymentProvider } from './infrastructure/sandbox/sandbox.payment-provider.js';
import { SandboxWebhookCourier } from './infrastructure/sandbox/sandbox-webhook.courier.js';
import { SandboxWebhookQueue } from './infrastructure/sandbox/sandbox-webhook.queue.js';
import { PaymentGrpcController } from './interface/payment.grpc-controller.js';
import { PaymentRecovery } from './interface/payment-recovery.js';
import type { PaymentConfig } from './payment.config.js';

@Module({
  providers: [
    OpenIntent,
    ClaimIntent,
    CaptureIntent,
    CancelIntent,
    RefundPayment,
    ReceiveWebhook,
    Settlement,
    PaymentAnnouncer,
    RecoverCaptures,
    RecoverRefunds,
    RecoverProviderEvents,
    PaymentRecovery,
    PaymentGrpcController,
    SandboxBooks,
    SandboxPaymentProvider,
    SandboxWebhookQueue,
    SandboxWebhookCourier,
    { provide: PaymentProvider, useExisting: SandboxPaymentProvider },
    { provide: IntentRepository, useClass: PostgresIntentRepository },
    { provide: RefundRepository, useClass: PostgresRefundRepository },
    { provide: Ledger, useClass: PostgresLedger },
    { provide: ProviderEventRepository, useClass: PostgresProviderEventRepository },
  ],
})
export class PaymentModule {
  static forConfig(config: PaymentConfig): DynamicModule {
    return {
      module: PaymentModule,
      imports: [
        DatabaseModule.forRoot({
          ...databaseOf(config),
          service: 'payment-service',
          migrations: [eventsMigrations, new URL('../migrations/', import.meta.url)],
        }),
        EventsModule.forRoot({ service: 'payment-service', bus: eventBusOf(config) }),
      ],
    };
  }
}
