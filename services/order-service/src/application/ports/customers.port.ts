import type { OrderAddress } from '../../domain/order-content.js';

/** Where parcels to the caller go, and mails. */
export interface Recipient {
  readonly address: OrderAddress;
  readonly email: string;
}

/** The user service, asked as the caller of the running request. */
export abstract class Customers {
  /** One of the caller's addresses, or the default one. @throws DomainError NOT_FOUND */
  abstract address(id?: string): Promise<OrderAddress>;

  /** The same, and where mails to the caller go, in one question. @throws DomainError NOT_FOUND */
  abstract recipient(id: string): Promise<Recipient>;
}
