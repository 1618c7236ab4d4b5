import type { EventData } from '@vici/events';
import type { Language } from '../domain/language.js';
import type { Price } from '../domain/price-text.js';

/** A line of an order as the mail shows it. */
export interface OrderLineModel {
  readonly name: string;
  readonly sku: string;
  readonly quantity: number;
  readonly unitPrice: Price;
  readonly totalPrice: Price;
}

/** An order as the mails show it. */
export interface OrderModel {
  readonly firstName: string;
  readonly number: string;
  readonly orderUrl: string;
  readonly lines: readonly OrderLineModel[];
  readonly subtotal: Price;
  readonly shipping: Price;
  readonly tax: Price;
  /** Absent when there is none. */
  readonly discount?: Price;
  readonly total: Price;
}

/** What the staff say of a return. */
export interface ReturnModel {
  /** Absent when they said nothing. */
  readonly note?: string;
}

/** Causes of a decline that a shopper can do something about; `declined` is any other. */
export const DECLINE_CAUSES = ['insufficient_funds', 'expired_card', 'incorrect_cvc', 'declined'] as const;
export type DeclineCause = (typeof DECLINE_CAUSES)[number];

/** What each template is filled with. */
export interface MailModels {
  readonly welcome: {
    readonly firstName: string;
    readonly shopUrl: string;
    /** Absent when the address needs no proof. */
    readonly verifyUrl?: string;
  };
  readonly 'password-reset': { readonly firstName: string; readonly resetUrl: string };
  readonly 'security-notice': {
    readonly firstName: string;
    readonly notice: EventData<'user.security_notice'>['notice'];
    /** ISO 8601. */
    readonly occurredAt: string;
    /** Absent when the client said nothing of itself. */
    readonly device?: string;
    /** Absent when unknown. */
    readonly network?: string;
    readonly forgotPasswordUrl: string;
  };
  readonly 'order-confirmed': OrderModel & { readonly address: readonly string[] };
  readonly 'order-payment-failed': OrderModel & { readonly cause: DeclineCause; readonly retryUrl: string };
  readonly 'order-shipped': OrderModel & {
    /** Absent for what is sent without. */
    readonly tracking?: { readonly carrier: string; readonly trackingNumber: string; readonly url: string };
  };
  readonly 'order-delivered': OrderModel;
  readonly 'order-cancelled': OrderModel & { readonly reason: string };
  readonly 'order-refunded': OrderModel & { readonly refunded: Price; readonly reason: string };
  readonly 'return-approved': OrderModel & ReturnModel;
  readonly 'return-rejected': OrderModel & ReturnModel;
  readonly 'payment-returned': { readonly amount: Price; readonly reason: string; readonly cartUrl: string };
  readonly 'cart-abandoned': {
    readonly lines: readonly { readonly name: string; readonly quantity: number }[];
    readonly subtotal: Price;
    readonly restoreUrl: string;
  };
  readonly 'back-in-stock': { readonly name: string; readonly productUrl: string };
  readonly 'review-request': {
    readonly firstName: string;
    readonly number: string;
    readonly products: readonly { readonly name: string; readonly reviewUrl: string }[];
  };
  readonly 'stock-low': {
    readonly sku: string;
    readonly available: number;
    readonly threshold: number;
    readonly stockUrl: string;
  };
}

export type TemplateName = keyof MailModels;

/** A template with what it is filled with. */
export type MailContent = {
  [T in TemplateName]: { readonly template: T; readonly model: MailModels[T] };
}[TemplateName];

/** What surrounds the content of a mail. */
export interface MailFrame {
  readonly language: Language;
  /** Where one click ends mails of its kind; absent where they cannot be ended. */
  readonly unsubscribeUrl?: string;
}

/** The words of one message: the mail's, and the two lines that the inbox, a text message or a push shows. */
export interface RenderedMail {
  readonly subject: string;
  readonly html: string;
  readonly text: string;
  readonly title: string;
  readonly message: string;
}

/** Makes messages from templates. */
export abstract class MailRenderer {
  /** @throws Error when the model lacks what the template names */
  abstract render(content: MailContent, frame: MailFrame): RenderedMail;
}
