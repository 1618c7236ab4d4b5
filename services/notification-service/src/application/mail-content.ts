/** A line of an order as the mail shows it; amounts are formatted. */
export interface OrderLineModel {
  readonly name: string;
  readonly sku: string;
  readonly quantity: number;
  readonly unitPrice: string;
  readonly totalPrice: string;
}

/** An order as the mails show it; amounts are formatted. */
export interface OrderModel {
  readonly firstName: string;
  readonly number: string;
  readonly orderUrl: string;
  readonly lines: readonly OrderLineModel[];
  readonly subtotal: string;
  readonly shipping: string;
  readonly tax: string;
  /** Absent when there is none. */
  readonly discount?: string;
  readonly total: string;
}

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
    readonly title: string;
    /** What was done to the account, in the words of a sentence. */
    readonly happened: string;
    readonly occurredAt: string;
    /** Absent when the client said nothing of itself. */
    readonly device?: string;
    /** Absent when unknown. */
    readonly network?: string;
    readonly forgotPasswordUrl: string;
  };
  readonly 'order-confirmed': OrderModel & { readonly address: readonly string[] };
  readonly 'order-payment-failed': OrderModel & { readonly cause: string; readonly retryUrl: string };
  readonly 'order-cancelled': OrderModel & { readonly reason: string };
  readonly 'cart-abandoned': {
    readonly lines: readonly { readonly name: string; readonly quantity: number }[];
    readonly subtotal: string;
    readonly restoreUrl: string;
  };
  readonly 'payment-returned': { readonly amount: string; readonly reason: string; readonly cartUrl: string };
}

export type TemplateName = keyof MailModels;

/** A template with what it is filled with. */
export type MailContent = {
  [T in TemplateName]: { readonly template: T; readonly model: MailModels[T] };
}[TemplateName];

/** A mail's words. */
export interface RenderedMail {
  readonly subject: string;
  readonly html: string;
  readonly text: string;
}

/** Makes mails from templates. */
export abstract class MailRenderer {
  /** @throws Error when the model lacks what the template names */
  abstract render(content: MailContent): RenderedMail;
}
