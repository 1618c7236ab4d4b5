import { type DynamicModule, Module, type Provider } from '@nestjs/common';
import { DatabaseModule, databaseOf } from '@vici/database';
import { EventsModule, eventBusOf, eventsMigrations, PersonalData, PersonalDataHandlers } from '@vici/events';
import { CartServiceDefinition, PromotionServiceDefinition } from '@vici/proto-gen/cart';
import { InventoryServiceDefinition } from '@vici/proto-gen/inventory';
import { PaymentServiceDefinition } from '@vici/proto-gen/payment';
import { ProductServiceDefinition } from '@vici/proto-gen/product';
import { UserServiceDefinition } from '@vici/proto-gen/user';
import { grpcClient } from '@vici/utils';
import { AdvanceOrderUseCase } from './application/advance-order.use-case.js';
import { CalculateUseCase } from './application/calculate.use-case.js';
import { CancelOrderUseCase } from './application/cancel-order.use-case.js';
import { BeginCheckout } from './application/checkout/begin-checkout.js';
import { CheckoutSaga } from './application/checkout/checkout.saga.js';
import { CheckoutCompletion } from './application/checkout/checkout-completion.js';
import { CheckoutSettings } from './application/checkout/checkout-settings.js';
import { CartPricing, ShopPricing } from './application/checkout/price-cart.js';
import { SagaCompletions } from './application/checkout/saga-completions.js';
import { SagaMonitor } from './application/checkout/saga-monitor.js';
import { CapturePaymentStep } from './application/checkout/steps/capture-payment.step.js';
import { type CheckoutStep, CheckoutSteps } from './application/checkout/steps/checkout-step.js';
import { ClaimIntentStep } from './application/checkout/steps/claim-intent.step.js';
import { ClearCartStep } from './application/checkout/steps/clear-cart.step.js';
import { CommitStockStep } from './application/checkout/steps/commit-stock.step.js';
import { ConfirmOrderStep } from './application/checkout/steps/confirm-order.step.js';
import { CreateOrderStep } from './application/checkout/steps/create-order.step.js';
import { RedeemPromotionsStep } from './application/checkout/steps/redeem-promotions.step.js';
import { ReserveStockStep } from './application/checkout/steps/reserve-stock.step.js';
import { ConfirmCheckoutUseCase } from './application/confirm-checkout.use-case.js';
import { CreatePaymentIntentUseCase } from './application/create-payment-intent.use-case.js';
import { GetOrderUseCase } from './application/get-order.use-case.js';
import { GetOrderHistoryUseCase } from './application/get-order-history.use-case.js';
import { GetInvoiceUseCase } from './application/invoices/get-invoice.use-case.js';
import { InvoiceRenderer } from './application/invoices/invoice-renderer.port.js';
import { Invoicing } from './application/invoices/invoicing.js';
import { ListInvoicesUseCase } from './application/invoices/list-invoices.use-case.js';
import { ListOrdersUseCase } from './application/list-orders.use-case.js';
import { PlaceOrderUseCase } from './application/place-order.use-case.js';
import { Carts } from './application/ports/carts.port.js';
import { Catalogue } from './application/ports/catalogue.port.js';
import { CheckoutIntentRepository } from './application/ports/checkout-intent.repository.js';
import { CheckoutSagaRepository } from './application/ports/checkout-saga.repository.js';
import { Customers } from './application/ports/customers.port.js';
import { InvoiceRepository } from './application/ports/invoice.repository.js';
import { OrderNumbers, OrderRepository } from './application/ports/order.repository.js';
import { OrderSearch } from './application/ports/order-search.port.js';
import { Payments } from './application/ports/payments.port.js';
import { PersonalOrders } from './application/ports/personal-orders.js';
import { Promotions } from './application/ports/promotions.port.js';
import { RefundRepository } from './application/ports/refund.repository.js';
import { ReturnRepository } from './application/ports/return.repository.js';
import { Stock } from './application/ports/stock.port.js';
import { RecordPaymentUseCase } from './application/record-payment.use-case.js';
import { ListRefundsUseCase } from './application/refunds/list-refunds.use-case.js';
import { RefundCompletion } from './application/refunds/refund-completion.js';
import { RefundLedger } from './application/refunds/refund-ledger.js';
import { RefundMonitor } from './application/refunds/refund-monitor.js';
import { RefundOrderUseCase } from './application/refunds/refund-order.use-case.js';
import { RefundProcess, RefundUpstreams } from './application/refunds/refund-process.js';
import { RefundRequests } from './application/refunds/refund-requests.js';
import { AdvanceReturnUseCase } from './application/returns/advance-return.use-case.js';
import { ListReturnsUseCase } from './application/returns/list-returns.use-case.js';
import { RefundReturnUseCase } from './application/returns/refund-return.use-case.js';
import { RequestReturnUseCase } from './application/returns/request-return.use-case.js';
import { ReturnLedger } from './application/returns/return-ledger.js';
import { SearchReturnsUseCase } from './application/returns/search-returns.use-case.js';
import { UnitsGone } from './application/returns/units-gone.js';
import { ScanOrdersUseCase } from './application/scan-orders.use-case.js';
import { SearchOrdersUseCase } from './application/search-orders.use-case.js';
import { SettleUnorderedPaymentUseCase } from './application/unordered/settle-unordered-payment.use-case.js';
import { UnorderedPayments } from './application/unordered/unordered-payments.port.js';
import { TabledShipping } from './domain/pricing/shipping.policy.js';
import { TabledTax } from './domain/pricing/tax.policy.js';
import { CheckoutWorker } from './infrastructure/checkout.worker.js';
import { OrderPersonalData } from './infrastructure/order.personal-data.js';
import { PdfInvoiceRenderer } from './infrastructure/pdf.invoice-renderer.js';
import { PostgresCheckoutIntentRepository } from './infrastructure/postgres.checkout-intent.repository.js';
import { PostgresCheckoutSagaRepository } from './infrastructure/postgres.checkout-saga.repository.js';
import { PostgresInvoiceRepository } from './infrastructure/postgres.invoice.repository.js';
import { PostgresOrderRepository } from './infrastructure/postgres.order.repository.js';
import { PostgresOrderNumbers } from './infrastructure/postgres.order-numbers.js';
import { PostgresOrderSearch } from './infrastructure/postgres.order-search.js';
import { PostgresPersonalOrders } from './infrastructure/postgres.personal-orders.js';
import { PostgresRefundRepository } from './infrastructure/postgres.refund.repository.js';
import { PostgresReturnRepository } from './infrastructure/postgres.return.repository.js';
import { PostgresUnorderedPayments } from './infrastructure/postgres.unordered-payments.js';
import { readPricingTables } from './infrastructure/pricing-tables.js';
import { RefundWorker } from './infrastructure/refund.worker.js';
import { UnorderedPaymentWorker } from './infrastructure/unordered-payment.worker.js';
import { GrpcCarts } from './infrastructure/upstreams/grpc.carts.js';
import { GrpcCatalogue } from './infrastructure/upstreams/grpc.catalogue.js';
import { GrpcCustomers } from './infrastructure/upstreams/grpc.customers.js';
import { GrpcPayments } from './infrastructure/upstreams/grpc.payments.js';
import { GrpcPromotions } from './infrastructure/upstreams/grpc.promotions.js';
import { GrpcStock } from './infrastructure/upstreams/grpc.stock.js';
import { CheckoutHandlers } from './interface/checkout.handlers.js';
import { ErasedOrdersEventHandlers } from './interface/erased-orders.event-handlers.js';
import { InvoiceHandlers } from './interface/invoice.handlers.js';
import { OrderGrpcController } from './interface/order.grpc-controller.js';
import { OrderHandlers } from './interface/order.handlers.js';
import { PaymentEventHandlers } from './interface/payment.event-handlers.js';
import { RefundHandlers } from './interface/refund.handlers.js';
import { ReturnHandlers } from './interface/return.handlers.js';
import { StaffHandlers } from './interface/staff.handlers.js';
import type { OrderConfig } from './order.config.js';

/** Stock stays reserved this much longer than the shopper has to pay, so that a late capture still finds it. */
const RESERVATION_MARGIN_SECONDS = 300;

@Module({})
class OrderModule {}

const upstreams: Provider[] = [
  grpcClient(CartServiceDefinition),
  grpcClient(PromotionServiceDefinition),
  grpcClient(UserServiceDefinition),
  grpcClient(ProductServiceDefinition),
  grpcClient(InventoryServiceDefinition),
  grpcClient(PaymentServiceDefinition),
  { provide: Carts, useClass: GrpcCarts },
  { provide: Promotions, useClass: GrpcPromotions },
  { provide: Customers, useClass: GrpcCustomers },
  { provide: Catalogue, useClass: GrpcCatalogue },
  { provide: Stock, useClass: GrpcStock },
  { provide: Payments, useClass: GrpcPayments },
];

const stores: Provider[] = [
  { provide: OrderRepository, useClass: PostgresOrderRepository },
  { provide: PersonalOrders, useClass: PostgresPersonalOrders },
  { provide: PersonalData, useClass: OrderPersonalData },
  { provide: OrderSearch, useClass: PostgresOrderSearch },
  { provide: RefundRepository, useClass: PostgresRefundRepository },
  { provide: ReturnRepository, useClass: PostgresReturnRepository },
  { provide: InvoiceRepository, useClass: PostgresInvoiceRepository },
  { provide: InvoiceRenderer, useClass: PdfInvoiceRenderer },
  { provide: OrderNumbers, useClass: PostgresOrderNumbers },
  { provide: CheckoutSagaRepository, useClass: PostgresCheckoutSagaRepository },
  { provide: CheckoutIntentRepository, useClass: PostgresCheckoutIntentRepository },
  { provide: UnorderedPayments, useClass: PostgresUnorderedPayments },
];

const steps = [
  ClaimIntentStep,
  ReserveStockStep,
  RedeemPromotionsStep,
  CreateOrderStep,
  CapturePaymentStep,
  CommitStockStep,
  ConfirmOrderStep,
  ClearCartStep,
];

const checkout: Provider[] = [
  ...steps,
  {
    provide: CheckoutSteps,
    inject: steps,
    useFactory: (...all: CheckoutStep[]) => new CheckoutSteps(all),
  },
  CartPricing,
  SagaCompletions,
  SagaMonitor,
  CheckoutSaga,
  CheckoutCompletion,
  BeginCheckout,
  SettleUnorderedPaymentUseCase,
  UnorderedPaymentWorker,
  CheckoutWorker,
];

const afterSales: Provider[] = [
  Invoicing,
  UnitsGone,
  RefundLedger,
  ReturnLedger,
  RefundMonitor,
  RefundUpstreams,
  RefundCompletion,
  RefundProcess,
  RefundRequests,
  RefundWorker,
  RefundOrderUseCase,
  ListRefundsUseCase,
  RequestReturnUseCase,
  ListReturnsUseCase,
  SearchReturnsUseCase,
  AdvanceReturnUseCase,
  RefundReturnUseCase,
  GetInvoiceUseCase,
  ListInvoicesUseCase,
  RefundHandlers,
  ReturnHandlers,
  InvoiceHandlers,
];

const api: Provider[] = [
  CalculateUseCase,
  CreatePaymentIntentUseCase,
  ConfirmCheckoutUseCase,
  PlaceOrderUseCase,
  CancelOrderUseCase,
  GetOrderUseCase,
  GetOrderHistoryUseCase,
  ListOrdersUseCase,
  SearchOrdersUseCase,
  ScanOrdersUseCase,
  AdvanceOrderUseCase,
  RecordPaymentUseCase,
  CheckoutHandlers,
  OrderHandlers,
  StaffHandlers,
  OrderGrpcController,
  PaymentEventHandlers,
  ErasedOrdersEventHandlers,
  PersonalDataHandlers,
];

function shopPricing(file: string | undefined): ShopPricing {
  const { shipping, tax } = readPricingTables(file);
  return {
    shipping: new TabledShipping(shipping),
    tax: new TabledTax(tax),
  };
}

/** The Nest module of order-service for one configuration. */
export function orderModule(config: OrderConfig): DynamicModule {
  const settings: CheckoutSettings = {
    deadlineMs: config.CHECKOUT_DEADLINE_SECONDS * 1_000,
    reservationSeconds: config.CHECKOUT_DEADLINE_SECONDS + RESERVATION_MARGIN_SECONDS,
    confirmGraceMs: config.CHECKOUT_CONFIRM_GRACE_SECONDS * 1_000,
    leaseMs: config.CHECKOUT_LEASE_MS,
  };
  return {
    module: OrderModule,
    imports: [
      DatabaseModule.forRoot({
        ...databaseOf(config),
        service: 'order-service',
        migrations: [eventsMigrations, new URL('../migrations/', import.meta.url)],
      }),
      EventsModule.forRoot({ service: 'order-service', bus: eventBusOf(config) }),
    ],
    providers: [
      { provide: CheckoutSettings, useValue: settings },
      { provide: ShopPricing, useValue: shopPricing(config.PRICING_FILE) },
      ...upstreams,
      ...stores,
      ...checkout,
      ...afterSales,
      ...api,
    ],
  };
}
