import { Injectable } from '@nestjs/common';
import { invalidField } from '@vici/utils';
import type { Account } from '../domain/account.js';
import { AccountRepository } from './ports.js';

const MAX_IDS = 100;

/** Accounts by id, in the order asked for; unknown ids are left out. */
@Injectable()
export class GetAccounts {
  constructor(private readonly accounts: AccountRepository) {}

  /** @throws DomainError VALIDATION_FAILED past 100 ids */
  async execute(userIds: readonly string[]): Promise<Account[]> {
    if (userIds.length > MAX_IDS) throw invalidField('userIds', `must have at most ${MAX_IDS} entries`);
    const byId = new Map((await this.accounts.find(userIds)).map((account) => [account.userId, account]));
    return userIds.flatMap((id) => byId.get(id) ?? []);
  }
}
