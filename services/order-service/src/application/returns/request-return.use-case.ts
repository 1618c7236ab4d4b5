import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '@vici/database';
import { currentContext, requireUserId } from '@vici/utils';
import { Clock, DomainError, newId, notFound } from '@vici/utils/domain';
import { type ItemQuantity, paidFor, requireAvailable } from '../../domain/item-quantity.js';
import type { Order } from '../../domain/order.entity.js';
import { Return } from '../../domain/return.entity.js';
import { OrderRepository } from '../ports/order.repository.js';
import { ReturnRepository } from '../ports/return.repository.js';
import { ReturnLedger } from './return-ledger.js';
import { UnitsGone } from './units-gone.js';

/** What the shopper wants to send back. */
export interface ReturnCommand {
  readonly orderId: string;
  readonly lines: readonly ItemQuantity[];
  readonly reason: string;
}

/** Asks to send units of the caller's own, shipped order back; once per idempotency key. */
@Injectable()
export class RequestReturnUseCase {
  constructor(
    private readonly orders: OrderRepository,
    private readonly returns: ReturnRepository,
    private readonly unitsGone: UnitsGone,
    private readonly ledger: ReturnLedger,
    private readonly unitOfWork: UnitOfWork,
    private readonly clock: Clock,
  ) {}

  /** @throws DomainError NOT_FOUND, INVALID_TRANSITION before shipment, LIMIT_EXCEEDED, VALIDATION_FAILED */
  execute(command: ReturnCommand): Promise<Return> {
    const userId = requireUserId();
    return this.unitOfWork.transaction(async () => {
      const order = await this.orders.findLocked(command.orderId);
      if (order === undefined || order.state.userId !== userId) {
        throw notFound('Order', command.orderId);
      }
      const requestKey = currentContext()?.idempotencyKey;
      const repeated =
        requestKey === undefined
          ? undefined
          : await this.returns.findByRequestKey(command.orderId, requestKey);
      return repeated ?? this.open(order, command, requestKey);
    });
  }

  private async open(
    order: Order,
    { lines, reason }: ReturnCommand,
    requestKey: string | undefined,
  ): Promise<Return> {
    const { state } = order;
    if (state.status !== 'SHIPPED' && state.status !== 'DELIVERED') {
      throw new DomainError('INVALID_TRANSITION', `An order that is ${state.status} cannot be returned.`, {
        from: state.status,
        allowed: ['SHIPPED', 'DELIVERED'],
      });
    }
    const gone = await this.unitsGone.of(state.id);
    requireAvailable(state.content, lines, gone, 'lines');
    const asked = Return.request(
      {
        id: newId(),
        orderId: state.id,
        orderNumber: state.number,
        userId: state.userId,
        reason,
        lines,
        value: paidFor(state.content, lines, gone),
        ...(requestKey === undefined ? {} : { requestKey }),
      },
      this.clock.now(),
    );
    await this.ledger.requested(order, asked);
    return asked;
  }
}
