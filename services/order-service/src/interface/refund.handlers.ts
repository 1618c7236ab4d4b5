import { Injectable } from '@nestjs/common';
import type {
  ListRefundsRequest,
  ListRefundsResponse,
  Order,
  RefundOrderRequest,
} from '@vici/proto-gen/order';
import { parseId } from '@vici/utils/domain';
import { ListRefundsUseCase } from '../application/refunds/list-refunds.use-case.js';
import { RefundOrderUseCase } from '../application/refunds/refund-order.use-case.js';
import { toRefundMessage } from './after-sales.mapper.js';
import { requireReason, toAmount, toItemQuantities } from './checkout-input.js';
import { toStaffOrder } from './order.mapper.js';

/** Refunds. Who may make them is checked by the controller. */
@Injectable()
export class RefundHandlers {
  constructor(
    private readonly refund: RefundOrderUseCase,
    private readonly list: ListRefundsUseCase,
  ) {}

  async refundOrder({ id, amount, reason, restock }: RefundOrderRequest): Promise<Order> {
    const request = { reason: requireReason(reason), restock: toItemQuantities(restock, 'restock') };
    return toStaffOrder(
      await this.refund.execute(
        parseId(id, 'id'),
        amount === undefined ? request : { ...request, amount: toAmount(amount) },
      ),
    );
  }

  async listRefunds({ orderId }: ListRefundsRequest): Promise<ListRefundsResponse> {
    return { refunds: (await this.list.execute(parseId(orderId, 'orderId'))).map(toRefundMessage) };
  }
}
