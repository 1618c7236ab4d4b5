import { Injectable } from '@nestjs/common';
import { pageInfoOf, requestedPage } from '@vici/database';
import type {
  Delivery,
  DeliveryFilter as FilterMessage,
  GetDeliveryRequest,
  NotificationAdminServiceDefinition,
  ResendDeliveryRequest,
  SearchDeliveriesRequest,
  SearchDeliveriesResponse,
} from '@vici/proto-gen/notification';
import { type GrpcHandlers, invalidField, parseId, requirePermission } from '@vici/utils';
import {
  type DeliveryFilter,
  DeliveryLog,
  type LoggedAttempt,
  type LoggedDelivery,
} from '../application/delivery-log.js';
import { CHANNELS, DELIVERY_STATUSES } from '../domain/delivery.js';

/** The gRPC API of those who look after what is sent. */
@Injectable()
export class NotificationAdminGrpcController
  implements GrpcHandlers<typeof NotificationAdminServiceDefinition>
{
  constructor(private readonly deliveries: DeliveryLog) {}

  async searchDeliveries({ filter, page }: SearchDeliveriesRequest): Promise<SearchDeliveriesResponse> {
    requirePermission('notifications:read');
    const found = await this.deliveries.search(filterOf(filter), requestedPage(page));
    return {
      deliveries: found.items.map((delivery) => toMessage(delivery)),
      page: pageInfoOf(found),
    };
  }

  async getDelivery({ id }: GetDeliveryRequest): Promise<Delivery> {
    requirePermission('notifications:read');
    const { log, ...delivery } = await this.deliveries.one(parseId<'Delivery'>(id, 'id'));
    return toMessage(delivery, log);
  }

  async resendDelivery({ id }: ResendDeliveryRequest): Promise<Delivery> {
    requirePermission('notifications:write');
    const { log, ...delivery } = await this.deliveries.resend(parseId<'Delivery'>(id, 'id'));
    return toMessage(delivery, log);
  }
}

function filterOf(message: FilterMessage | undefined): DeliveryFilter {
  const { recipient, userId, status, channel, template, from, to, oldestFirst = false } = message ?? {};
  return {
    recipient,
    userId: userId === undefined ? undefined : parseId<'User'>(userId, 'userId'),
    status: oneOf(DELIVERY_STATUSES, 'status', status),
    channel: oneOf(CHANNELS, 'channel', channel),
    template,
    from,
    to,
    oldestFirst,
  };
}

function oneOf<W extends string>(
  words: readonly W[],
  field: string,
  given: string | undefined,
): W | undefined {
  if (given === undefined) return undefined;
  const found = words.find((word) => word === given);
  if (found === undefined) throw invalidField(field, `must be one of ${words.join(', ')}`);
  return found;
}

function toMessage(delivery: LoggedDelivery, log: readonly LoggedAttempt[] = []): Delivery {
  return {
    ...delivery,
    providerMessageId: delivery.providerMessageId,
    error: delivery.error,
    sentAt: delivery.sentAt,
    log: log.map((attempt) => ({
      ...attempt,
      providerMessageId: attempt.providerMessageId,
      error: attempt.error,
    })),
  };
}
