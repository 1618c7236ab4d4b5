import { Controller } from '@nestjs/common';
import { PaymentServiceDefinition } from '@vici/proto-gen/payment';
import { type GrpcClient, InjectGrpc } from '@vici/utils';
import { PAYMENT_TIMEOUT_MS } from '../orders/orders.routes.js';
import type { RouteInput, RouteResult } from '../routing/define-route.js';
import { Route } from '../routing/route.decorator.js';
import * as routes from './payment-methods.routes.js';

const SLOW = { timeoutMs: PAYMENT_TIMEOUT_MS };

@Controller()
export class PaymentMethodsController {
  constructor(
    @InjectGrpc(PaymentServiceDefinition)
    private readonly payments: GrpcClient<typeof PaymentServiceDefinition>,
  ) {}

  @Route(routes.listMethodsRoute)
  async list(): Promise<RouteResult<typeof routes.listMethodsRoute>> {
    return (await this.payments.listPaymentMethods({}, SLOW)).methods;
  }

  @Route(routes.saveMethodRoute)
  async save({
    body,
  }: RouteInput<typeof routes.saveMethodRoute>): Promise<RouteResult<typeof routes.saveMethodRoute>> {
    return await this.payments.savePaymentMethod(body, SLOW);
  }

  @Route(routes.removeMethodRoute)
  async remove({
    params,
  }: RouteInput<typeof routes.removeMethodRoute>): Promise<RouteResult<typeof routes.removeMethodRoute>> {
    await this.payments.removePaymentMethod(params, SLOW);
    return null;
  }
}
