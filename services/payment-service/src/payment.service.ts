import { PaymentServiceDefinition } from '@vici/proto-gen/payment';
import { defineService } from '@vici/utils';
import { PaymentGrpcController } from './interface/payment.grpc-controller.js';
import { paymentConfig } from './payment.config.js';
import { PaymentModule } from './payment.module.js';

/** payment-service: payment intents, refunds and their ledger. */
export const paymentService = defineService({
  name: 'payment',
  config: paymentConfig,
  module: (config) => PaymentModule.forConfig(config),
  grpc: [{ definition: PaymentServiceDefinition, controller: PaymentGrpcController }],
});
