import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '@vici/database';
import { deterministicId, newId, notFound } from '@vici/utils/domain';
import { type Address, assertRoomForAddress, checkedAddress, type PostalAddress } from '../domain/address.js';
import { AddressRepository, type Recipient } from './address.repository.js';
import { ContactRules } from './contact-rules.js';

/** The fields of an address that are given; what is undefined stays, or is missing from a new one. */
export type AddressFields = { readonly [Field in keyof PostalAddress]?: string | undefined };

/** A shopper's addresses. Whenever there is any, exactly one of them is the default. */
@Injectable()
export class AddressBook {
  constructor(
    private readonly addresses: AddressRepository,
    private readonly rules: ContactRules,
    private readonly unitOfWork: UnitOfWork,
  ) {}

  /** The default address first, then the newest. */
  async list(userId: string): Promise<Address[]> {
    return await this.addresses.list(userId);
  }

  /**
   * One address; without an id the default one.
   * @throws DomainError NOT_FOUND, also for an address of somebody else
   */
  async get(userId: string, id?: string): Promise<Address> {
    const found = await (id === undefined
      ? this.addresses.findDefault(userId)
      : this.addresses.find(userId, id));
    if (found === undefined) throw notFound('address', id ?? 'default');
    return found;
  }

  /**
   * One address, without an id the default one, and where mails go.
   * @throws DomainError NOT_FOUND, also for an address of somebody else
   */
  async recipient(userId: string, id?: string): Promise<Recipient> {
    const found = await this.addresses.findRecipient(userId, id);
    if (found === undefined) throw notFound('address', id ?? 'default');
    return found;
  }

  /**
   * Adds an address; the first one becomes the default by itself.
   * @param idempotencyKey added before with the same key, the address is given as it is now
   * @throws DomainError VALIDATION_FAILED, LIMIT_EXCEEDED
   */
  async add(
    userId: string,
    fields: AddressFields,
    wantsDefault: boolean,
    idempotencyKey?: string,
  ): Promise<Address> {
    const postal = checkedAddress(fields, this.rules);
    const id =
      idempotencyKey === undefined
        ? newId<'Address'>()
        : deterministicId<'Address'>('address', userId, idempotencyKey);
    return await this.unitOfWork.transaction(async () => {
      const count = await this.addresses.lockBook(userId);
      const known = idempotencyKey === undefined ? undefined : await this.addresses.find(userId, id);
      if (known !== undefined) return known;
      assertRoomForAddress(count);
      const address = { ...postal, id, userId, isDefault: wantsDefault || count === 0 };
      await this.addresses.insert({ ...address, isDefault: false });
      if (address.isDefault) await this.addresses.setDefault(userId, address.id);
      return address;
    });
  }

  /**
   * Changes the given fields. The default moves by naming another one: taking it away would leave the shopper with none.
   * @throws DomainError NOT_FOUND, VALIDATION_FAILED
   */
  async change(
    userId: string,
    id: string,
    fields: AddressFields,
    wantsDefault: boolean | undefined,
  ): Promise<Address> {
    return await this.unitOfWork.transaction(async () => {
      await this.addresses.lockBook(userId);
      const current = await this.get(userId, id);
      const given = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
      const postal = checkedAddress({ ...current, ...given }, this.rules);
      await this.addresses.update(userId, id, postal);
      if (wantsDefault === true) await this.addresses.setDefault(userId, id);
      return { ...postal, id, userId, isDefault: current.isDefault || wantsDefault === true };
    });
  }

  /**
   * Removes an address; the newest remaining one takes the default over where it was the default.
   * @throws DomainError NOT_FOUND
   */
  async remove(userId: string, id: string): Promise<void> {
    await this.unitOfWork.transaction(async () => {
      await this.addresses.lockBook(userId);
      if (!(await this.addresses.delete(userId, id))) throw notFound('address', id);
      await this.addresses.setDefault(userId);
    });
  }
}
