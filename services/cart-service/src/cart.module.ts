import { type DynamicModule, Module } from '@nestjs/common';
import { DatabaseModule, databaseOf } from '@vici/database';
import { EventsModule, eventBusOf, eventsMigrations, PersonalData, PersonalDataHandlers } from '@vici/events';
import { ProductServiceDefinition } from '@vici/proto-gen/product';
import { grpcClient, RedisModule } from '@vici/utils';
import { AbandonedCartRepository } from './application/abandoned/abandoned-cart.repository.js';
import { ReportAbandonedCarts } from './application/abandoned/report-abandoned-carts.use-case.js';
import { RestoreCart } from './application/abandoned/restore-cart.use-case.js';
import { CartCoupon } from './application/cart-coupon.js';
import { CartPricing } from './application/cart-pricing.js';
import { AddItem, ClearCart, RemovePurchased, UpdateItem } from './application/change-cart.use-cases.js';
import { MergeGuestCart, MergePolicy } from './application/merge-guest-cart.use-case.js';
import { CartArchive, CartRepository, Catalogue } from './application/ports.js';
import {
  NoteCancelledOrder,
  NoteConfirmedOrder,
  ReleasePromotions,
} from './application/promotions/follow-order.use-cases.js';
import {
  CreatePromotion,
  DeletePromotion,
  FindPromotions,
  UpdatePromotion,
} from './application/promotions/manage-promotions.use-cases.js';
import { PromotionRepository } from './application/promotions/promotion.repository.js';
import { PromotionSource } from './application/promotions/promotion-source.js';
import { RedeemPromotions } from './application/promotions/redeem-promotions.use-case.js';
import { RedemptionRepository } from './application/promotions/redemption.repository.js';
import { ViewCart } from './application/view-cart.use-case.js';
import type { CartConfig } from './cart.config.js';
import { sumQuantities } from './domain/cart-merge.js';
import { AbandonedCartSweeper } from './infrastructure/abandoned-cart.sweeper.js';
import { CartDirtyList } from './infrastructure/cart.dirty-list.js';
import { CartFlusher } from './infrastructure/cart.flusher.js';
import { CartPersonalData } from './infrastructure/cart.personal-data.js';
import { GrpcCatalogue } from './infrastructure/grpc-catalogue.js';
import { PostgresAbandonedCartRepository } from './infrastructure/postgres-abandoned-cart.repository.js';
import { PostgresCartArchive } from './infrastructure/postgres-cart.archive.js';
import { PostgresPromotionRepository } from './infrastructure/postgres-promotion.repository.js';
import { PostgresPromotionSource } from './infrastructure/postgres-promotion.source.js';
import { PostgresRedemptionRepository } from './infrastructure/postgres-redemption.repository.js';
import { RedisCartRepository } from './infrastructure/redis-cart.repository.js';
import { CallerCart } from './interface/caller-cart.js';
import { CartEventHandlers } from './interface/cart.event-handlers.js';
import { CartGrpcController } from './interface/cart.grpc-controller.js';
import { CouponHandlers } from './interface/coupon.handlers.js';
import { PromotionGrpcController } from './interface/promotion.grpc-controller.js';

@Module({
  providers: [
    CartPricing,
    ViewCart,
    AddItem,
    UpdateItem,
    ClearCart,
    RemovePurchased,
    MergeGuestCart,
    CartCoupon,
    ReportAbandonedCarts,
    RestoreCart,
    AbandonedCartSweeper,
    FindPromotions,
    CreatePromotion,
    UpdatePromotion,
    DeletePromotion,
    RedeemPromotions,
    ReleasePromotions,
    NoteConfirmedOrder,
    NoteCancelledOrder,
    CartDirtyList,
    CartFlusher,
    CallerCart,
    CouponHandlers,
    CartEventHandlers,
    CartGrpcController,
    PromotionGrpcController,
    grpcClient(ProductServiceDefinition),
    PersonalDataHandlers,
    { provide: PersonalData, useClass: CartPersonalData },
    { provide: CartRepository, useClass: RedisCartRepository },
    { provide: CartArchive, useClass: PostgresCartArchive },
    { provide: Catalogue, useClass: GrpcCatalogue },
    { provide: AbandonedCartRepository, useClass: PostgresAbandonedCartRepository },
    { provide: PromotionRepository, useClass: PostgresPromotionRepository },
    { provide: PromotionSource, useClass: PostgresPromotionSource },
    { provide: RedemptionRepository, useClass: PostgresRedemptionRepository },
    { provide: MergePolicy, useValue: sumQuantities },
  ],
})
export class CartModule {
  static forConfig(config: CartConfig): DynamicModule {
    return {
      module: CartModule,
      imports: [
        DatabaseModule.forRoot({
          ...databaseOf(config),
          service: 'cart-service',
          migrations: [eventsMigrations, new URL('../migrations/', import.meta.url)],
        }),
        RedisModule.forRoot({ url: config.REDIS_URL }),
        EventsModule.forRoot({ service: 'cart-service', bus: eventBusOf(config) }),
      ],
    };
  }
}
