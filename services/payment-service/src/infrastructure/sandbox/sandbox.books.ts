import { Inject, Injectable } from '@nestjs/common';
import { Database } from '@vici/database';
import { DomainError, deterministicId, Money, newId, notFound } from '@vici/utils';
import { type Selectable, sql } from 'kysely';
import type { ProviderEvent, ProviderIntent } from '../../domain/provider-intent.js';
import { encodeProviderEvent } from '../provider-event.codec.js';
import type { SandboxTables } from './sandbox.tables.js';
import type { SandboxCard } from './sandbox-cards.js';

type SandboxIntent = Selectable<SandboxTables['sandbox.intents']>;

/** Keeps and reads the sandbox processor's own state, apart from any transaction of its caller. */
@Injectable()
export class SandboxBooks {
  constructor(@Inject(Database) private readonly database: Database<SandboxTables>) {}

  /**
   * Does `work` and keeps its answer under the key, in one transaction; asked again, gives the kept answer (as JSON).
   * A second request with the key waits for the first.
   * @throws DomainError IDEMPOTENCY_KEY_REUSED when the key came with another request
   */
  async once(key: string, request: readonly string[], work: () => Promise<string>): Promise<string> {
    const fingerprint = deterministicId(...request);
    return await this.database.outsideTransaction(() =>
      this.database.transaction(async () => {
        const kept = await this.claimKey(key, fingerprint);
        if (kept !== undefined) return kept;
        const answer = await work();
        await this.database.query
          .updateTable('sandbox.idempotency_keys')
          .set({ answer: sql`cast(${answer} as jsonb)` })
          .where('key', '=', key)
          .execute();
        return answer;
      }),
    );
  }

  /** @throws DomainError NOT_FOUND */
  async find(id: string): Promise<ProviderIntent> {
    const row = await this.database.outsideTransaction(() => this.byId(id).executeTakeFirst());
    if (row === undefined) throw notFound('sandbox intent', id);
    return toProviderIntent(row);
  }

  /** Locked until the transaction of `once` ends. @throws DomainError NOT_FOUND */
  async lock(id: string): Promise<ProviderIntent & { readonly amount: Money }> {
    const row = await this.byId(id).forUpdate().executeTakeFirst();
    if (row === undefined) throw notFound('sandbox intent', id);
    return { ...toProviderIntent(row), amount: Money.of(row.amount_minor, row.currency) };
  }

  async open(reference: string, amount: Money): Promise<ProviderIntent> {
    const id = `pi_sandbox_${compact(newId())}`;
    const row = await this.database.query
      .insertInto('sandbox.intents')
      .values({
        id,
        reference,
        amount_minor: amount.minor,
        currency: amount.currency,
        status: 'open',
        client_secret: `${id}_secret_${compact(newId())}`,
      })
      .returningAll()
      .executeTakeFirstOrThrow();
    return toProviderIntent(row);
  }

  async setStatus(
    id: string,
    status: SandboxIntent['status'],
    declineCode?: string,
  ): Promise<ProviderIntent> {
    const row = await this.database.query
      .updateTable('sandbox.intents')
      .set({ status, decline_code: declineCode ?? null })
      .where('id', '=', id)
      .returningAll()
      .executeTakeFirstOrThrow();
    return toProviderIntent(row);
  }

  async charge(id: string, amount: Money): Promise<void> {
    await this.database.query
      .insertInto('sandbox.charges')
      .values({ id: `ch_sandbox_${compact(newId())}`, intent_id: id, amount_minor: amount.minor })
      .execute();
  }

  /** What can still be given back of an intent's charge. */
  async refundable(intent: ProviderIntent): Promise<Money> {
    const { sum } = await this.database.query
      .selectFrom('sandbox.refunds')
      .select(sql<bigint>`coalesce(sum(amount_minor), 0)::bigint`.as('sum'))
      .where('intent_id', '=', intent.id)
      .executeTakeFirstOrThrow();
    return intent.captured.subtract(Money.of(sum, intent.captured.currency));
  }

  /** @returns the id of the refund */
  async refund(intentId: string, reference: string, amount: Money): Promise<string> {
    const id = `re_sandbox_${compact(newId())}`;
    await this.database.query
      .insertInto('sandbox.refunds')
      .values({ id, intent_id: intentId, reference, amount_minor: amount.minor })
      .execute();
    return id;
  }

  /** Puts a webhook in the queue, in the transaction of what it tells of. */
  async tell(event: Omit<ProviderEvent, 'id'>, card: SandboxCard = {}): Promise<void> {
    const body = encodeProviderEvent({ ...event, id: `evt_sandbox_${compact(newId())}` });
    const copies = Array.from({ length: card.webhookCopies ?? 1 }, () => ({
      event: sql`cast(${body} as jsonb)`,
      due_at: sql<Date>`now() + make_interval(secs => ${(card.webhookDelayMs ?? 0) / 1_000})`,
    }));
    await this.database.query.insertInto('sandbox.webhooks').values(copies).execute();
  }

  private async claimKey(key: string, fingerprint: string): Promise<string | undefined> {
    const claimed = await this.database.query
      .insertInto('sandbox.idempotency_keys')
      .values({ key, fingerprint, answer: null })
      .onConflict((on) => on.doNothing())
      .returning('key')
      .executeTakeFirst();
    if (claimed !== undefined) return undefined;
    const kept = await this.database.query
      .selectFrom('sandbox.idempotency_keys')
      .select(['fingerprint', 'answer'])
      .where('key', '=', key)
      .executeTakeFirstOrThrow();
    if (kept.fingerprint === fingerprint) return JSON.stringify(kept.answer);
    throw new DomainError('IDEMPOTENCY_KEY_REUSED', 'The key came with another request.', { key });
  }

  private byId(id: string) {
    return this.database.query.selectFrom('sandbox.intents').selectAll().where('id', '=', id);
  }
}

function compact(id: string): string {
  return id.replaceAll('-', '');
}

function toProviderIntent(row: SandboxIntent): ProviderIntent {
  const captured = row.status === 'succeeded' ? row.amount_minor : 0n;
  return {
    id: row.id,
    reference: row.reference,
    clientSecret: row.client_secret,
    status: row.status,
    captured: Money.of(captured, row.currency),
    ...(row.decline_code !== null && { declineCode: row.decline_code }),
  };
}
