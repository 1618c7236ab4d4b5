import { Injectable } from '@nestjs/common';
import { requestedPage } from '@vici/database';
import type {
  GetPushKeyResponse,
  ListNotificationsRequest,
  ListNotificationsResponse,
  MarkAllReadResponse,
  MarkReadRequest,
  Notification as NotificationMessage,
  NotificationServiceDefinition,
  ReceiveMailReportRequest,
  ReceiveMailReportResponse,
  SubscribePushRequest,
  SubscribePushResponse,
  UnsubscribePushRequest,
  UnsubscribePushResponse,
  UnsubscribeRequest,
  UnsubscribeResponse,
  UnwatchProductRequest,
  UnwatchProductResponse,
  WatchProductRequest,
  WatchProductResponse,
} from '@vici/proto-gen/notification';
import { type GrpcHandlers, parseId, requireUserId } from '@vici/utils';
import { Inbox } from '../application/inbox.js';
import { PushSubscriptions } from '../application/push-subscriptions.js';
import { ReceiveMailReport } from '../application/receive-mail-report.use-case.js';
import { StockWatches } from '../application/stock-watches.js';
import { Unsubscribe } from '../application/unsubscribe.js';
import type { Notification } from '../domain/notification.js';

/** The gRPC API of notification-service; every call acts on the caller's own inbox. */
@Injectable()
export class NotificationGrpcController implements GrpcHandlers<typeof NotificationServiceDefinition> {
  constructor(
    private readonly inbox: Inbox,
    private readonly watches: StockWatches,
    private readonly pushes: PushSubscriptions,
    private readonly unsubscribing: Unsubscribe,
    private readonly reports: ReceiveMailReport,
  ) {}

  async listNotifications({ page }: ListNotificationsRequest): Promise<ListNotificationsResponse> {
    // Zero is how a message leaves a number out.
    const request = requestedPage(page);
    const { items, total, unread } = await this.inbox.list(requireUserId(), request);
    return {
      notifications: items.map(toMessage),
      page: { ...request, total: BigInt(total), totalIsEstimate: false },
      unread,
    };
  }

  async markRead({ id }: MarkReadRequest): Promise<NotificationMessage> {
    return toMessage(await this.inbox.markRead(requireUserId(), parseId<'Notification'>(id, 'id')));
  }

  async markAllRead(): Promise<MarkAllReadResponse> {
    return { marked: await this.inbox.markAllRead(requireUserId()) };
  }

  async watchProduct({ productId }: WatchProductRequest): Promise<WatchProductResponse> {
    await this.watches.watch(requireUserId(), parseId<'Product'>(productId, 'productId'));
    return {};
  }

  async unwatchProduct({ productId }: UnwatchProductRequest): Promise<UnwatchProductResponse> {
    await this.watches.unwatch(requireUserId(), parseId<'Product'>(productId, 'productId'));
    return {};
  }

  async getPushKey(): Promise<GetPushKeyResponse> {
    return { publicKey: this.pushes.publicKey };
  }

  async subscribePush({ endpoint, p256dh, auth }: SubscribePushRequest): Promise<SubscribePushResponse> {
    await this.pushes.subscribe(requireUserId(), { endpoint, p256dh, auth });
    return {};
  }

  async unsubscribePush({ endpoint }: UnsubscribePushRequest): Promise<UnsubscribePushResponse> {
    await this.pushes.unsubscribe(requireUserId(), endpoint);
    return {};
  }

  async unsubscribe({ token }: UnsubscribeRequest): Promise<UnsubscribeResponse> {
    await this.unsubscribing.execute(token);
    return {};
  }

  async receiveMailReport({ body, signature }: ReceiveMailReportRequest): Promise<ReceiveMailReportResponse> {
    await this.reports.execute(body, signature);
    return {};
  }
}

function toMessage({ id, type, title, message, link, readAt, createdAt }: Notification): NotificationMessage {
  return { id, type, title, message, link, read: readAt !== undefined, createdAt };
}
