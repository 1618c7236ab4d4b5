import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '@vici/database';
import { AuditTrail } from '@vici/events';
import { Clock, notFound } from '@vici/utils/domain';
import { type ItemQuantity, requireAvailable, sumQuantities } from '../../domain/item-quantity.js';
import type { Order } from '../../domain/order.entity.js';
import type { Return } from '../../domain/return.entity.js';
import { OrderRepository } from '../ports/order.repository.js';
import { ReturnRepository } from '../ports/return.repository.js';
import { ReturnLedger } from './return-ledger.js';

/** What the staff decide on a return, short of its refund. */
export interface ReturnDecision {
  readonly returnId: string;
  readonly status: 'APPROVED' | 'REJECTED' | 'RECEIVED';
  readonly note?: string;
  /** With RECEIVED: the units fit to be sold again; all where it is missing. */
  readonly restock?: readonly ItemQuantity[];
}

/** Approves, rejects or receives a return. Said twice, it happens once. */
@Injectable()
export class AdvanceReturnUseCase {
  constructor(
    private readonly orders: OrderRepository,
    private readonly returns: ReturnRepository,
    private readonly ledger: ReturnLedger,
    private readonly unitOfWork: UnitOfWork,
    private readonly audit: AuditTrail,
    private readonly clock: Clock,
  ) {}

  /** @throws DomainError NOT_FOUND, INVALID_TRANSITION, LIMIT_EXCEEDED (more fit units than came back) */
  async execute(decision: ReturnDecision): Promise<Return> {
    const { orderId } = (await this.load(decision.returnId)).state;
    return this.unitOfWork.transaction(async () => {
      const order = await this.orders.findLocked(orderId);
      const asked = await this.load(decision.returnId);
      if (order === undefined) {
        throw notFound('Order', orderId);
      }
      const before = asked.state.status;
      if (before !== decision.status) {
        this.apply(order, asked, decision);
        await this.ledger.advanced(order, asked);
        await this.audit.record({
          action: 'return.advance',
          target: { type: 'return', id: asked.state.id },
          before: { status: before },
          after: { status: decision.status },
          note: asked.state.note,
        });
      }
      return asked;
    });
  }

  private apply(order: Order, asked: Return, { status, note = '', restock }: ReturnDecision): void {
    const at = this.clock.now();
    switch (status) {
      case 'APPROVED':
        asked.approve(note, at);
        break;
      case 'REJECTED':
        asked.reject(note, at);
        break;
      case 'RECEIVED':
        asked.receive(fitUnits(order, asked, restock), note, at);
        break;
    }
  }

  private async load(id: string): Promise<Return> {
    const asked = await this.returns.find(id);
    if (asked === undefined) {
      throw notFound('Return', id);
    }
    return asked;
  }
}

function fitUnits(
  { state }: Order,
  asked: Return,
  fit: readonly ItemQuantity[] | undefined,
): readonly ItemQuantity[] {
  const { lines } = asked.state;
  if (fit === undefined) {
    return lines;
  }
  // What was bought and is not part of this return is not here to be put back.
  const sentBack = sumQuantities(lines);
  const elsewhere = state.content.lines.map(({ id, quantity }) => ({
    orderItemId: id,
    quantity: quantity - (sentBack.get(id) ?? 0),
  }));
  requireAvailable(state.content, fit, sumQuantities(elsewhere), 'restock');
  return fit;
}
