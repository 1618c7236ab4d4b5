import type { Address, PostalAddress } from '../domain/address.js';

/** Where parcels go, and mails. */
export interface Recipient {
  readonly address: Address;
  readonly email?: string;
}

/** The address books of the shoppers. Every method looks only at the addresses of the given user. */
export abstract class AddressRepository {
  /** The default one first, then the newest. */
  abstract list(userId: string): Promise<Address[]>;
  abstract find(userId: string, id: string): Promise<Address | undefined>;
  abstract findDefault(userId: string): Promise<Address | undefined>;
  /** One address, or the default one, with the email address of the profile, which may not be there yet. */
  abstract findRecipient(userId: string, id?: string): Promise<Recipient | undefined>;
  /** Makes concurrent changes of one address book wait for each other until the transaction ends; gives its size. */
  abstract lockBook(userId: string): Promise<number>;
  abstract insert(address: Address): Promise<void>;
  abstract update(userId: string, id: string, postal: PostalAddress): Promise<void>;
  abstract delete(userId: string, id: string): Promise<boolean>;
  /** Makes this address the only default one; without an id the newest, where there is none. */
  abstract setDefault(userId: string, id?: string): Promise<void>;
}
