import type { Page, PageRequest } from '@vici/database';
import type { Account, AccountRole } from '../domain/account.js';

/** Which accounts are looked for; every field that is given has to fit. */
export interface AccountFilter {
  /** Part of the e-mail address or the name. */
  readonly search?: string;
  readonly role?: AccountRole;
  readonly blocked?: boolean;
  readonly oldestFirst?: boolean;
}

/** All accounts, for those who look after them. */
export abstract class AccountDirectory {
  /** The newest first, unless told otherwise. */
  abstract list(filter: AccountFilter, page: PageRequest): Promise<Page<Account>>;
  /** Lets nobody else change who may administer until the transaction ends. */
  abstract holdAdministration(): Promise<void>;
  /** How many administrators can sign in. */
  abstract countAdministrators(): Promise<number>;
  /** Sets role and block; until the transaction ends nobody signs in to the account. */
  abstract setAccess(
    userId: string,
    access: { role: AccountRole; blocked: boolean },
    at: Date,
  ): Promise<void>;
}
