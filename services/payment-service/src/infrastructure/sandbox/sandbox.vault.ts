import { Inject, Injectable } from '@nestjs/common';
import { Database, sql } from '@vici/database';
import { DomainError, deterministicId, notFound } from '@vici/utils';
import type { SavedMethod } from '../../domain/provider-intent.js';
import { compact } from './sandbox.books.js';
import type { SandboxTables } from './sandbox.tables.js';
import { SANDBOX_LAST4, sandboxCard } from './sandbox-cards.js';

/** What saved methods are called; every other name is a test name. */
const SAVED = 'pm_sandbox_';

/** The sandbox processor's customers and what they saved. Each is made once a key: the key makes its id. */
@Injectable()
export class SandboxVault {
  constructor(@Inject(Database) private readonly database: Database<SandboxTables>) {}

  async createCustomer(reference: string, key: string): Promise<string> {
    const id = `cus_sandbox_${fingerprint(key)}`;
    await this.database.query
      .insertInto('sandbox.customers')
      .values({ id, reference })
      .onConflict((on) => on.doNothing())
      .execute();
    return id;
  }

  /** @throws DomainError PAYMENT_DECLINED for a test name that is declined */
  async save(customerId: string, method: string, key: string): Promise<SavedMethod> {
    const { declineCode } = sandboxCard(method);
    if (declineCode !== undefined) {
      throw new DomainError('PAYMENT_DECLINED', 'The payment method was refused.', { declineCode });
    }
    const id = `${SAVED}${fingerprint(key)}`;
    await this.database.query
      .insertInto('sandbox.payment_methods')
      .values({ id, customer_id: customerId, method })
      .onConflict((on) => on.doNothing())
      .execute();
    return toSavedMethod({ id, method });
  }

  async list(customerId: string): Promise<SavedMethod[]> {
    const rows = await this.database.query
      .selectFrom('sandbox.payment_methods')
      .select(['id', 'method'])
      .where('customer_id', '=', customerId)
      .orderBy('created_at', 'desc')
      .orderBy('id', 'desc')
      .execute();
    return rows.map(toSavedMethod);
  }

  /** @throws DomainError NOT_FOUND unless it is the customer's */
  async remove(customerId: string, id: string): Promise<void> {
    const removed = await this.database.query
      .deleteFrom('sandbox.payment_methods')
      .where('id', '=', id)
      .where('customer_id', '=', customerId)
      .returning('id')
      .executeTakeFirst();
    if (removed === undefined) throw notFound('payment method', id);
  }

  /** The test name behind a method. A saved one is its customer's alone: for others it is a name nobody knows. */
  async testName(paymentMethod: string, customerId: string | null): Promise<string> {
    if (!paymentMethod.startsWith(SAVED)) return paymentMethod;
    const row = await this.database.query
      .selectFrom('sandbox.payment_methods')
      .select('method')
      .where('id', '=', paymentMethod)
      .where('customer_id', '=', sql<string>`${customerId}`)
      .executeTakeFirst();
    return row?.method ?? paymentMethod;
  }
}

function fingerprint(key: string): string {
  return compact(deterministicId('sandbox', key));
}

function toSavedMethod({ id, method }: { readonly id: string; readonly method: string }): SavedMethod {
  const { brand } = sandboxCard(method);
  return { id, kind: 'card', ...(brand !== undefined && { brand }), last4: SANDBOX_LAST4 };
}
