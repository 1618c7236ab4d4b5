import { Controller } from '@nestjs/common';
import { NotificationServiceDefinition } from '@vici/proto-gen/notification';
import { PaymentServiceDefinition } from '@vici/proto-gen/payment';
import { type GrpcClient, InjectGrpc } from '@vici/utils';
import type { RouteInput, RouteResult } from '../routing/define-route.js';
import { Route } from '../routing/route.decorator.js';
import { mailWebhookRoute, stripeWebhookRoute } from './webhooks.routes.js';

@Controller()
export class WebhooksController {
  constructor(
    @InjectGrpc(PaymentServiceDefinition)
    private readonly payments: GrpcClient<typeof PaymentServiceDefinition>,
    @InjectGrpc(NotificationServiceDefinition)
    private readonly notifications: GrpcClient<typeof NotificationServiceDefinition>,
  ) {}

  @Route(stripeWebhookRoute)
  async stripe({
    raw: { bytes, signature },
  }: RouteInput<typeof stripeWebhookRoute>): Promise<RouteResult<typeof stripeWebhookRoute>> {
    await this.payments.receiveWebhook({ provider: 'stripe', body: bytes, signature });
    return { received: true };
  }

  @Route(mailWebhookRoute)
  async mail({
    raw: { bytes, signature },
  }: RouteInput<typeof mailWebhookRoute>): Promise<RouteResult<typeof mailWebhookRoute>> {
    await this.notifications.receiveMailReport({ body: bytes, signature });
    return { received: true };
  }
}
