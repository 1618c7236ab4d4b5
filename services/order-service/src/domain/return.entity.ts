import { defineStateMachine, type Id, type Money } from '@vici/utils/domain';
import type { ItemQuantity } from './item-quantity.js';

export const RETURN_STATUSES = ['REQUESTED', 'APPROVED', 'REJECTED', 'RECEIVED', 'REFUNDED'] as const;
export type ReturnStatus = (typeof RETURN_STATUSES)[number];

/** The allowed life of a return. What was received can only be refunded. */
export const returnStatusMachine = defineStateMachine<ReturnStatus>('return', {
  REQUESTED: ['APPROVED', 'REJECTED'],
  APPROVED: ['RECEIVED', 'REJECTED'],
  REJECTED: [],
  RECEIVED: ['REFUNDED'],
  REFUNDED: [],
});

/** Everything stored of a return. */
export interface ReturnState {
  readonly id: Id<'Return'>;
  readonly orderId: string;
  readonly orderNumber: string;
  readonly userId: string;
  readonly status: ReturnStatus;
  /** Why the shopper sends it back. */
  readonly reason: string;
  /** What the staff last said of it. */
  readonly note: string;
  readonly lines: readonly ItemQuantity[];
  /** The units fit to be sold again, known once they are received. */
  readonly restock: readonly ItemQuantity[];
  /** What was paid for the units. */
  readonly value: Money;
  readonly refunded?: Money;
  readonly requestKey?: string;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** Units a shopper sends back. */
export class Return {
  private current: ReturnState;

  private constructor(state: ReturnState) {
    this.current = state;
  }

  static request(
    asked: Omit<ReturnState, 'status' | 'note' | 'restock' | 'refunded' | 'createdAt' | 'updatedAt'>,
    at: Date,
  ): Return {
    return new Return({ ...asked, status: 'REQUESTED', note: '', restock: [], createdAt: at, updatedAt: at });
  }

  static restore(state: ReturnState): Return {
    return new Return(state);
  }

  get state(): ReturnState {
    return this.current;
  }

  /** The units have come back, or are on their way. */
  get isOpen(): boolean {
    return this.current.status !== 'REJECTED';
  }

  /** @throws DomainError INVALID_TRANSITION */
  approve(note: string, at: Date): void {
    this.move('APPROVED', note, at);
  }

  /** @throws DomainError INVALID_TRANSITION */
  reject(note: string, at: Date): void {
    this.move('REJECTED', note, at);
  }

  /** @param restock the units fit to be sold again, at most those of the return. @throws DomainError INVALID_TRANSITION */
  receive(restock: readonly ItemQuantity[], note: string, at: Date): void {
    this.move('RECEIVED', note, at);
    this.current = { ...this.current, restock };
  }

  /** @throws DomainError INVALID_TRANSITION */
  assertRefundable(): void {
    returnStatusMachine.assert(this.current.status, 'REFUNDED');
  }

  /** The money has gone back. @throws DomainError INVALID_TRANSITION */
  settle(refunded: Money, at: Date): void {
    this.move('REFUNDED', this.current.note, at);
    this.current = { ...this.current, refunded };
  }

  private move(status: ReturnStatus, note: string, at: Date): void {
    returnStatusMachine.assert(this.current.status, status);
    this.current = { ...this.current, status, note, updatedAt: at };
  }
}
