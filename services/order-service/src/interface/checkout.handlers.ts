import { Injectable } from '@nestjs/common';
import type {
  CalculateRequest,
  CheckoutPaymentIntent,
  ConfirmRequest,
  ConfirmResponse,
  CreatePaymentIntentRequest,
  Order,
  PlaceOrderRequest,
  Quote,
} from '@vici/proto-gen/order';
import { parseId } from '@vici/utils/domain';
import { CalculateUseCase } from '../application/calculate.use-case.js';
import { ConfirmCheckoutUseCase } from '../application/confirm-checkout.use-case.js';
import { CreatePaymentIntentUseCase } from '../application/create-payment-intent.use-case.js';
import { PlaceOrderUseCase } from '../application/place-order.use-case.js';
import { toAmount, toCheckoutCommand, toChoice } from './checkout-input.js';
import { toConfirmResponse, toOrderMessage, toPaymentIntent, toQuote } from './order.mapper.js';

/** The half of the API that buys. */
@Injectable()
export class CheckoutHandlers {
  constructor(
    private readonly calculateCart: CalculateUseCase,
    private readonly openPayment: CreatePaymentIntentUseCase,
    private readonly confirmCheckout: ConfirmCheckoutUseCase,
    private readonly place: PlaceOrderUseCase,
  ) {}

  async calculate(request: CalculateRequest): Promise<Quote> {
    const addressId = parseId(request.shippingAddressId, 'shippingAddressId');
    return toQuote(await this.calculateCart.execute({ addressId, ...toChoice(request) }));
  }

  async createPaymentIntent({ amount }: CreatePaymentIntentRequest): Promise<CheckoutPaymentIntent> {
    return toPaymentIntent(await this.openPayment.execute(toAmount(amount, 0n)));
  }

  async confirm(request: ConfirmRequest): Promise<ConfirmResponse> {
    const command = toCheckoutCommand(request);
    const paymentIntentId = parseId(request.paymentIntentId, 'paymentIntentId');
    return toConfirmResponse(await this.confirmCheckout.execute({ ...command, paymentIntentId }));
  }

  async placeOrder(request: PlaceOrderRequest): Promise<Order> {
    return toOrderMessage(await this.place.execute(toCheckoutCommand(request)));
  }
}
