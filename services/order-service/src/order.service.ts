import { OrderServiceDefinition } from '@vici/proto-gen/order';
import { defineService } from '@vici/utils';
import { OrderGrpcController } from './interface/order.grpc-controller.js';
import { orderConfig } from './order.config.js';
import { orderModule } from './order.module.js';

/** Checkout saga and orders. */
export const orderService = defineService({
  name: 'order',
  config: orderConfig,
  module: orderModule,
  grpc: [{ definition: OrderServiceDefinition, controller: OrderGrpcController }],
});
