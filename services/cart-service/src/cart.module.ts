import { type DynamicModule, Module } from '@nestjs/common';
import { DatabaseModule, databaseOf } from '@vici/database';
import { EventsModule, eventBusOf, eventsMigrations } from '@vici/events';
import { ProductServiceDefinition } from '@vici/proto-gen/product';
import { grpcClient, RedisModule } from '@vici/utils';
import { AddItem, ClearCart, RemovePurchased, UpdateItem } from './application/change-cart.use-cases.js';
import { MergeGuestCart, MergePolicy } from './application/merge-guest-cart.use-case.js';
import { CartArchive, CartRepository, Catalogue } from './application/ports.js';
import { ViewCart } from './application/view-cart.use-case.js';
import type { CartConfig } from './cart.config.js';
import { sumQuantities } from './domain/cart.entity.js';
import { CartDirtyList } from './infrastructure/cart.dirty-list.js';
import { CartFlusher } from './infrastructure/cart.flusher.js';
import { GrpcCatalogue } from './infrastructure/grpc-catalogue.js';
import { PostgresCartArchive } from './infrastructure/postgres-cart.archive.js';
import { RedisCartRepository } from './infrastructure/redis-cart.repository.js';
import { CallerCart } from './interface/caller-cart.js';
import { CartEventHandlers } from './interface/cart.event-handlers.js';
import { CartGrpcController } from './interface/cart.grpc-controller.js';

@Module({
  providers: [
    ViewCart,
    AddItem,
    UpdateItem,
    ClearCart,
    RemovePurchased,
    MergeGuestCart,
    CartDirtyList,
    CartFlusher,
    CallerCart,
    CartEventHandlers,
    CartGrpcController,
    grpcClient(ProductServiceDefinition),
    { provide: CartRepository, useClass: RedisCartRepository },
    { provide: CartArchive, useClass: PostgresCartArchive },
    { provide: Catalogue, useClass: GrpcCatalogue },
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
