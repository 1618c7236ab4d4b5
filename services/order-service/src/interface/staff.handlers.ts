import { Injectable } from '@nestjs/common';
import { requestedPage } from '@vici/database';
import type {
  AdvanceOrderRequest,
  ListOrdersResponse,
  Order,
  ScanOrdersRequest,
  ScanOrdersResponse,
  SearchOrdersRequest,
  Tracking as TrackingMessage,
} from '@vici/proto-gen/order';
import { invalidField, invalidFields, parseId } from '@vici/utils/domain';
import { AdvanceOrderUseCase } from '../application/advance-order.use-case.js';
import { ScanOrdersUseCase } from '../application/scan-orders.use-case.js';
import { SearchOrdersUseCase } from '../application/search-orders.use-case.js';
import { FULFILMENT_STATUSES, type FulfilmentStatus, type Tracking } from '../domain/order.entity.js';
import { toNote } from './checkout-input.js';
import { toOrderPage, toStaffOrder, toStatus } from './order.mapper.js';
import { toCursor, toOrderFilter, toPosition, toSliceLimit } from './order-filter-input.js';

const MAX_TRACKING_LENGTH = 200;
const MAX_URL_LENGTH = 2_000;

/** The half of the API that works on everybody's orders. Who may is checked by the controller. */
@Injectable()
export class StaffHandlers {
  constructor(
    private readonly search: SearchOrdersUseCase,
    private readonly scan: ScanOrdersUseCase,
    private readonly fulfilment: AdvanceOrderUseCase,
  ) {}

  async searchOrders(request: SearchOrdersRequest): Promise<ListOrdersResponse> {
    const { filter, page, oldestFirst } = request;
    const wanted = requestedPage(page);
    const found = await this.search.execute(toOrderFilter(filter), wanted, oldestFirst);
    return toOrderPage(found, toStaffOrder);
  }

  async scanOrders({ filter, cursor, limit, oldestFirst }: ScanOrdersRequest): Promise<ScanOrdersResponse> {
    const { orders, next } = await this.scan.execute(
      toOrderFilter(filter),
      toPosition(cursor),
      toSliceLimit(limit),
      oldestFirst,
    );
    return { orders: orders.map(toStaffOrder), nextCursor: toCursor(next) };
  }

  async advanceOrder(request: AdvanceOrderRequest): Promise<Order> {
    const note = toNote(request.note);
    const order = await this.fulfilment.execute({
      orderId: parseId(request.id, 'id'),
      status: toFulfilmentStatus(request.status),
      ...(request.tracking === undefined ? {} : { tracking: toTracking(request.tracking) }),
      ...(note === undefined ? {} : { note }),
    });
    return toStaffOrder(order);
  }
}

function toFulfilmentStatus(message: AdvanceOrderRequest['status']): FulfilmentStatus {
  const status = FULFILMENT_STATUSES.find((candidate) => candidate === toStatus(message));
  if (status === undefined) {
    throw invalidField('status', `must be one of ${FULFILMENT_STATUSES.join(', ')}`);
  }
  return status;
}

function toTracking({ shippedAt, estimatedDelivery, ...message }: TrackingMessage): Tracking {
  const trackingNumber = message.trackingNumber.trim();
  const carrier = message.carrier.trim();
  const url = message.url.trim();
  const faults = [
    ...nameFault('tracking.trackingNumber', trackingNumber),
    ...nameFault('tracking.carrier', carrier),
    ...(url === '' || (isWebAddress(url) && url.length <= MAX_URL_LENGTH)
      ? []
      : [{ field: 'tracking.url', message: 'must be an http or https address' }]),
  ];
  if (faults.length > 0) {
    throw invalidFields(faults);
  }
  return {
    trackingNumber,
    carrier,
    url,
    ...(shippedAt === undefined ? {} : { shippedAt }),
    ...(estimatedDelivery === undefined ? {} : { estimatedDelivery }),
  };
}

function nameFault(field: string, value: string): { field: string; message: string }[] {
  return value !== '' && value.length <= MAX_TRACKING_LENGTH
    ? []
    : [{ field, message: `must have 1 to ${MAX_TRACKING_LENGTH} characters` }];
}

function isWebAddress(text: string): boolean {
  const protocol = URL.canParse(text) ? new URL(text).protocol : '';
  return protocol === 'https:' || protocol === 'http:';
}
