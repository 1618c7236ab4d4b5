import { CartServiceDefinition, PromotionServiceDefinition } from '@vici/proto-gen/cart';
import { defineService } from '@vici/utils';
import { cartConfig } from './cart.config.js';
import { CartModule } from './cart.module.js';
import { CartGrpcController } from './interface/cart.grpc-controller.js';
import { PromotionGrpcController } from './interface/promotion.grpc-controller.js';

/** cart-service: carts and promotions. */
export const cartService = defineService({
  name: 'cart',
  config: cartConfig,
  module: (config) => CartModule.forConfig(config),
  grpc: [
    { definition: CartServiceDefinition, controller: CartGrpcController },
    { definition: PromotionServiceDefinition, controller: PromotionGrpcController },
  ],
});
