import { type DynamicModule, Module } from '@nestjs/common';
import { DatabaseModule, databaseOf } from '@vici/database';
import { EventsModule, eventBusOf, eventsMigrations, PersonalData, PersonalDataHandlers } from '@vici/events';
import { CancelIntent } from './application/cancel-intent.use-case.js';
import { CaptureIntent } from './application/capture-intent.use-case.js';
import { ClaimIntent } from './application/claim-intent.use-case.js';
import { ListPaymentMethods } from './application/list-payment-methods.use-case.js';
import { OpenIntent } from './application/open-intent.use-case.js';
import {
  CustomerRepository,
  DisputeRepository,
  IntentRepository,
  Ledger,
  ProviderEventRepository,
  RefundRepository,
} from './application/payment.repositories.js';
import { PaymentAnnouncer } from './application/payment-announcer.js';
import { ReceiveWebhook } from './application/receive-webhook.use-case.js';
import { FindDifferences } from './application/reconciliation/find-differences.js';
import { HealDifference } from './application/reconciliation/heal-difference.js';
import { ReconcilePayments } from './application/reconciliation/reconcile-payments.use-case.js';
import { ReconciliationRepository } from './application/reconciliation/reconciliation.repository.js';
import { RecordDispute } from './application/record-dispute.js';
import { RecordRefund } from './application/record-refund.js';
import {
  RecoverCaptures,
  RecoverProviderEvents,
  RecoverRefunds,
} from './application/recover-payments.use-case.js';
import { RefundPayment } from './application/refund-payment.use-case.js';
import { RemovePaymentMethod } from './application/remove-payment-method.use-case.js';
import { SavePaymentMethod } from './application/save-payment-method.use-case.js';
import { Settlement } from './application/settlement.js';
import { OrderStandingRepository, TrackOrders } from './application/track-orders.use-case.js';
import { PaymentPersonalData } from './infrastructure/payment.personal-data.js';
import { paymentProviders } from './infrastructure/payment-providers.js';
import { PostgresCustomerRepository } from './infrastructure/postgres-customer.repository.js';
import { PostgresDisputeRepository } from './infrastructure/postgres-dispute.repository.js';
import { PostgresIntentRepository } from './infrastructure/postgres-intent.repository.js';
import { PostgresLedger } from './infrastructure/postgres-ledger.js';
import { PostgresOrderStandingRepository } from './infrastructure/postgres-order-standing.repository.js';
import { PostgresProviderEventRepository } from './infrastructure/postgres-provider-event.repository.js';
import { PostgresReconciliationRepository } from './infrastructure/postgres-reconciliation.repository.js';
import { PostgresRefundRepository } from './infrastructure/postgres-refund.repository.js';
import { OrderEventHandlers } from './interface/order.event-handlers.js';
import { PaymentGrpcController } from './interface/payment.grpc-controller.js';
import { PaymentAdministrationApi } from './interface/payment-administration.api.js';
import { PaymentMethodsApi } from './interface/payment-methods.api.js';
import { PaymentRecovery } from './interface/payment-recovery.js';
import { ScheduledReconciliation } from './interface/scheduled-reconciliation.js';
import type { PaymentConfig } from './payment.config.js';

@Module({
  providers: [
    OpenIntent,
    ClaimIntent,
    CaptureIntent,
    CancelIntent,
    RefundPayment,
    ListPaymentMethods,
    SavePaymentMethod,
    RemovePaymentMethod,
    ReceiveWebhook,
    Settlement,
    RecordRefund,
    RecordDispute,
    PaymentAnnouncer,
    RecoverCaptures,
    RecoverRefunds,
    RecoverProviderEvents,
    TrackOrders,
    FindDifferences,
    HealDifference,
    ReconcilePayments,
    PaymentRecovery,
    ScheduledReconciliation,
    OrderEventHandlers,
    PaymentMethodsApi,
    PaymentAdministrationApi,
    PaymentGrpcController,
    PostgresIntentRepository,
    PersonalDataHandlers,
    { provide: PersonalData, useClass: PaymentPersonalData },
    { provide: IntentRepository, useExisting: PostgresIntentRepository },
    { provide: RefundRepository, useClass: PostgresRefundRepository },
    { provide: DisputeRepository, useClass: PostgresDisputeRepository },
    { provide: CustomerRepository, useClass: PostgresCustomerRepository },
    { provide: Ledger, useClass: PostgresLedger },
    { provide: ProviderEventRepository, useClass: PostgresProviderEventRepository },
    { provide: OrderStandingRepository, useClass: PostgresOrderStandingRepository },
    { provide: ReconciliationRepository, useClass: PostgresReconciliationRepository },
  ],
})
export class PaymentModule {
  static forConfig(config: PaymentConfig): DynamicModule {
    return {
      module: PaymentModule,
      providers: paymentProviders(config),
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
