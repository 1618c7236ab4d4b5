import { Injectable } from '@nestjs/common';
import { pageRequest } from '@vici/database';
import type {
  ListNotificationsRequest,
  ListNotificationsResponse,
  MarkAllReadResponse,
  MarkReadRequest,
  Notification as NotificationMessage,
  NotificationServiceDefinition,
  UnwatchProductRequest,
  UnwatchProductResponse,
  WatchProductRequest,
  WatchProductResponse,
} from '@vici/proto-gen/notification';
import { type GrpcHandlers, parseId, requireUserId } from '@vici/utils';
import { Inbox } from '../application/inbox.js';
import { StockWatches } from '../application/stock-watches.js';
import type { Notification } from '../domain/notification.js';

/** The gRPC API of notification-service; every call acts on the caller's own inbox. */
@Injectable()
export class NotificationGrpcController implements GrpcHandlers<typeof NotificationServiceDefinition> {
  constructor(
    private readonly inbox: Inbox,
    private readonly watches: StockWatches,
  ) {}

  async listNotifications({ page }: ListNotificationsRequest): Promise<ListNotificationsResponse> {
    // Zero is how a message leaves a number out.
    const request = pageRequest(page?.page || undefined, page?.limit || undefined);
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
}

function toMessage({ id, type, title, message, link, readAt, createdAt }: Notification): NotificationMessage {
  return { id, type, title, message, link, read: readAt !== undefined, createdAt };
}
