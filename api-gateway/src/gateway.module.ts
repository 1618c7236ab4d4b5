import { type DynamicModule, Module } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_INTERCEPTOR, DiscoveryModule } from '@nestjs/core';
import { EventsModule, eventBusOf } from '@vici/events';
import {
  AccountAdminServiceDefinition,
  AuthServiceDefinition,
  OidcServiceDefinition,
  TwoFactorServiceDefinition,
} from '@vici/proto-gen/auth';
import { CartServiceDefinition, PromotionServiceDefinition } from '@vici/proto-gen/cart';
import {
  AnalyticsServiceDefinition,
  DeadLetterAdminServiceDefinition,
  EventAdminServiceDefinition,
  EventServiceDefinition,
} from '@vici/proto-gen/event';
import { InventoryServiceDefinition, StockAdminServiceDefinition } from '@vici/proto-gen/inventory';
import {
  NotificationAdminServiceDefinition,
  NotificationServiceDefinition,
} from '@vici/proto-gen/notification';
import { OrderServiceDefinition } from '@vici/proto-gen/order';
import { PaymentServiceDefinition } from '@vici/proto-gen/payment';
import {
  CatalogueAdminServiceDefinition,
  MediaServiceDefinition,
  ProductImportServiceDefinition,
  ProductServiceDefinition,
  ReviewModerationServiceDefinition,
  SearchAdminServiceDefinition,
} from '@vici/proto-gen/product';
import {
  MerchandisingServiceDefinition,
  RecommendationServiceDefinition,
} from '@vici/proto-gen/recommendation';
import { PersonalDataServiceDefinition, UserServiceDefinition } from '@vici/proto-gen/user';
import { grpcClient, RedisModule } from '@vici/utils';

import { AdminAnalyticsController } from './admin/analytics.controller.js';
import { AdminAuditController } from './admin/audit.controller.js';
import { AdminCategoriesController } from './admin/categories.controller.js';
import { AdminCouponsController } from './admin/coupons.controller.js';
import { AdminDeadLettersController } from './admin/dead-letters.controller.js';
import { AdminEventsController } from './admin/events.controller.js';
import { AdminImportsController } from './admin/imports.controller.js';
import { AdminNotificationsController } from './admin/notifications.controller.js';
import { AdminOrdersController } from './admin/orders.controller.js';
import { AdminPaymentsController } from './admin/payments.controller.js';
import { AdminProductsController } from './admin/products.controller.js';
import { AdminRecommendationsController } from './admin/recommendations.controller.js';
import { AdminReturnsController } from './admin/returns.controller.js';
import { AdminReviewsController } from './admin/reviews.controller.js';
import { AdminSearchController } from './admin/search.controller.js';
import { AdminStockController } from './admin/stock.controller.js';
import { AdminUsersController } from './admin/users.controller.js';

import { AdmissionGuard } from './admission/admission.guard.js';
import { Admission } from './admission/admission.js';
import { AdmissionStore } from './admission/admission.store.js';
import { SigningKeys } from './admission/signing-keys.js';
import { TokenVerifier } from './admission/token-verifier.js';
import { AuthController } from './auth/auth.controller.js';
import { OidcController } from './auth/oidc.controller.js';
import { SignedInPresenter } from './auth/signed-in.presenter.js';
import { TwoFactorController } from './auth/two-factor.controller.js';
import { CartController } from './cart/cart.controller.js';
import { CatalogueEventHandlers } from './catalogue-cache/catalogue.event-handlers.js';
import { CatalogueCache } from './catalogue-cache/catalogue-cache.js';
import { SharedAnswersStore } from './catalogue-cache/shared-answers.store.js';
import { CheckoutController } from './checkout/checkout.controller.js';
import { EventsController } from './events/events.controller.js';
import type { GatewayConfig } from './gateway.config.js';
import { CommonHeaders } from './http/common-headers.js';
import { ErrorFilter } from './http/error.filter.js';
import { IdempotencyInterceptor } from './idempotency/idempotency.interceptor.js';
import { IdempotencyStore } from './idempotency/idempotency.store.js';
import { NotificationEventHandlers } from './notifications/notification.event-handlers.js';
import { NotificationFeed } from './notifications/notification.feed.js';
import { NotificationsController } from './notifications/notifications.controller.js';
import { RouteCatalogue } from './openapi/route-catalogue.js';
import { OrderEventHandlers } from './orders/order.event-handlers.js';
import { OrderFeed } from './orders/order.feed.js';
import { OrdersController } from './orders/orders.controller.js';
import { PaymentMethodsController } from './payments/payment-methods.controller.js';
import { CatalogueReader } from './products/catalogue.reader.js';
import { ProductsController } from './products/products.controller.js';
import { ReviewsController } from './products/reviews.controller.js';
import { RecommendationFeed } from './recommendations/recommendation.feed.js';
import { RecommendationReader } from './recommendations/recommendation.reader.js';
import { RecommendationStreamController } from './recommendations/recommendation-stream.controller.js';
import { RecommendationsController } from './recommendations/recommendations.controller.js';
import { RepeatedAnswers } from './routing/repeated-answers.js';
import { RouteInterceptor } from './routing/route.interceptor.js';
import { ShortWay } from './routing/short-way.js';
import { OpenStreams } from './streaming/open-streams.js';
import { BehaviourTracker } from './tracking/behaviour-tracker.js';
import { UploadsController } from './uploads/uploads.controller.js';
import { PersonalDataController } from './users/personal-data.controller.js';
import { UserComposer } from './users/user.composer.js';
import { UsersController } from './users/users.controller.js';
import { WishlistController } from './users/wishlist.controller.js';
import { WebhooksController } from './webhooks/webhooks.controller.js';

@Module({
  controllers: [
    AuthController,
    TwoFactorController,
    OidcController,
    UsersController,
    PersonalDataController,
    WishlistController,
    ProductsController,
    ReviewsController,
    CartController,
    CheckoutController,
    PaymentMethodsController,
    WebhooksController,
    AdminPaymentsController,
    OrdersController,
    AdminOrdersController,
    AdminNotificationsController,
    AdminReturnsController,
    EventsController,
    RecommendationsController,
    RecommendationStreamController,
    AdminRecommendationsController,
    NotificationsController,
    AdminUsersController,
    AdminAuditController,
    AdminAnalyticsController,
    AdminEventsController,
    AdminDeadLettersController,
    AdminProductsController,
    AdminStockController,
    AdminCategoriesController,
    AdminCouponsController,
    AdminReviewsController,
    AdminSearchController,
    AdminImportsController,
    UploadsController,
  ],
  providers: [
    grpcClient(AuthServiceDefinition),
    grpcClient(AccountAdminServiceDefinition),
    grpcClient(TwoFactorServiceDefinition),
    grpcClient(OidcServiceDefinition),
    grpcClient(UserServiceDefinition),
    grpcClient(PersonalDataServiceDefinition),
    grpcClient(ProductServiceDefinition),
    grpcClient(CatalogueAdminServiceDefinition),
    grpcClient(ReviewModerationServiceDefinition),
    grpcClient(SearchAdminServiceDefinition),
    grpcClient(MediaServiceDefinition),
    grpcClient(ProductImportServiceDefinition),
    grpcClient(InventoryServiceDefinition),
    grpcClient(StockAdminServiceDefinition),
    grpcClient(CartServiceDefinition),
    grpcClient(PromotionServiceDefinition),
    grpcClient(OrderServiceDefinition),
    grpcClient(PaymentServiceDefinition),
    grpcClient(RecommendationServiceDefinition),
    grpcClient(MerchandisingServiceDefinition),
    grpcClient(EventServiceDefinition),
    grpcClient(EventAdminServiceDefinition),
    grpcClient(AnalyticsServiceDefinition),
    grpcClient(DeadLetterAdminServiceDefinition),
    grpcClient(NotificationServiceDefinition),
    grpcClient(NotificationAdminServiceDefinition),
    SigningKeys,
    TokenVerifier,
    AdmissionStore,
    Admission,
    RepeatedAnswers,
    ShortWay,
    CommonHeaders,
    IdempotencyStore,
    SharedAnswersStore,
    CatalogueCache,
    CatalogueEventHandlers,
    CatalogueReader,
    RecommendationReader,
    RecommendationFeed,
    UserComposer,
    SignedInPresenter,
    OrderFeed,
    OrderEventHandlers,
    NotificationFeed,
    NotificationEventHandlers,
    BehaviourTracker,
    OpenStreams,
    RouteCatalogue,
    { provide: APP_FILTER, useClass: ErrorFilter },
    { provide: APP_GUARD, useClass: AdmissionGuard },
    // In this order: the first is the outermost.
    { provide: APP_INTERCEPTOR, useClass: RouteInterceptor },
    { provide: APP_INTERCEPTOR, useClass: IdempotencyInterceptor },
  ],
})
export class GatewayModule {
  static forConfig(config: GatewayConfig): DynamicModule {
    return {
      module: GatewayModule,
      imports: [
        DiscoveryModule,
        RedisModule.forRoot({ url: config.REDIS_URL, required: false }),
        EventsModule.forRoot({
          service: 'gateway',
          bus: eventBusOf(config),
          publishes: false,
          inbox: false,
          broadcast: true,
        }),
      ],
    };
  }
}
