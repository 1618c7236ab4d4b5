import { Injectable } from '@nestjs/common';
import type {
  ListPaymentMethodsResponse,
  RemovePaymentMethodRequest,
  RemovePaymentMethodResponse,
  SavedPaymentMethod,
  SavePaymentMethodRequest,
} from '@vici/proto-gen/payment';
import { currentContext, newId, requireUserId } from '@vici/utils';
import { ListPaymentMethods } from '../application/list-payment-methods.use-case.js';
import { RemovePaymentMethod } from '../application/remove-payment-method.use-case.js';
import { SavePaymentMethod } from '../application/save-payment-method.use-case.js';
import { checkedPaymentMethod } from '../domain/payment-method.js';
import { checkedText, toMethodMessage } from './payment.mapper.js';

/** The calls about a shopper's saved ways to pay: always the caller's own. */
@Injectable()
export class PaymentMethodsApi {
  constructor(
    private readonly listing: ListPaymentMethods,
    private readonly saving: SavePaymentMethod,
    private readonly removing: RemovePaymentMethod,
  ) {}

  async list(): Promise<ListPaymentMethodsResponse> {
    return { methods: (await this.listing.execute(requireUserId())).map(toMethodMessage) };
  }

  async save({ paymentMethod }: SavePaymentMethodRequest): Promise<SavedPaymentMethod> {
    const userId = requireUserId();
    const key = currentContext()?.idempotencyKey;
    const idempotencyKey = key === undefined ? newId() : `${userId}:save:${key}`;
    return toMethodMessage(
      await this.saving.execute(userId, checkedPaymentMethod(paymentMethod), idempotencyKey),
    );
  }

  async remove({ id }: RemovePaymentMethodRequest): Promise<RemovePaymentMethodResponse> {
    await this.removing.execute(requireUserId(), checkedText(id, 'id'));
    return {};
  }
}
