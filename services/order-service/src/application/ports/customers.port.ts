import type { OrderAddress } from '../../domain/order-content.js';

/** The user service, asked as the caller of the running request. */
export abstract class Customers {
  /** One of the caller's addresses, or the default one. @throws DomainError NOT_FOUND */
  abstract address(id?: string): Promise<OrderAddress>;

  /** The address mails to the caller go to. */
  abstract email(): Promise<string>;
}
