import { Controller } from '@nestjs/common';
import { PaymentServiceDefinition } from '@vici/proto-gen/payment';
import { type GrpcClient, InjectGrpc } from '@vici/utils';
import type { RouteInput, RouteResult } from '../routing/define-route.js';
import { Route } from '../routing/route.decorator.js';
import { stripeWebhookRoute } from './webhooks.routes.js';

@Controller()
export class WebhooksController {
  constructor(
    @InjectGrpc(PaymentServiceDefinition)
    private readonly payments: GrpcClient<typeof PaymentServiceDefinition>,
  ) {}

  @Route(stripeWebhookRoute)
  async stripe({
    raw: { bytes, signature },
  }: RouteInput<typeof stripeWebhookRoute>): Promise<RouteResult<typeof stripeWebhookRoute>> {
    await this.payments.receiveWebhook({ provider: 'stripe', body: bytes, signature });
    return { received: true };
  }
}
