import { Inject, Injectable } from '@nestjs/common';
import { commitOnlyIf, Database, isCommitRefused, RecentlyWritten, sql } from '@vici/database';
import { DomainError, deterministicId, Money, newId, notFound } from '@vici/utils';
import type { RawBuilder, Selectable } from 'kysely';
import type {
  ProviderEvent,
  ProviderIntent,
  ProviderRefund,
  ProviderTransaction,
} from '../../domain/provider-intent.js';
import { encodeProviderEvent } from '../provider-event.codec.js';
import type { SandboxTables } from './sandbox.tables.js';
import type { SandboxCard } from './sandbox-cards.js';

/** An intent with what only the processor itself knows of it. */
export type SandboxIntent = ProviderIntent & { readonly amount: Money; readonly customerId: string | null };

type IntentRow = Selectable<SandboxTables['sandbox.intents']>;

/** What one request changes in the books; all of it is written in one statement. */
export interface SandboxChange<A> {
  readonly answer: A;
  /** Where the intent stands afterwards. */
  readonly intent?: SandboxIntent;
  readonly charge?: Money;
  readonly refund?: ProviderRefund;
  /** Webhooks to send. */
  readonly tell?: readonly { readonly event: Omit<ProviderEvent, 'id'>; readonly card?: SandboxCard }[];
}

/** A request about an intent: its key, and what it asks. */
interface BooksRequest {
  readonly key: string;
  readonly intentId: string;
  readonly asked: readonly string[];
}

const PAGE = 200;

/** Keeps and reads the sandbox processor's own state, apart from any transaction of its caller. */
@Injectable()
export class SandboxBooks {
  private readonly opened = new RecentlyWritten<SandboxIntent>();

  constructor(@Inject(Database) private readonly database: Database<SandboxTables>) {}

  /**
   * Opens an intent and keeps the answer under the key; asked again, gives the kept answer (as JSON).
   * @throws DomainError IDEMPOTENCY_KEY_REUSED when the key came with another request
   */
  async open(
    key: string,
    { reference, amount, customerId }: { reference: string; amount: Money; customerId?: string },
  ): Promise<unknown> {
    const id = `pi_sandbox_${compact(newId())}`;
    const clientSecret = `${id}_secret_${compact(newId())}`;
    const captured = Money.zero(amount.currency);
    const answer: ProviderIntent = { id, reference, clientSecret, status: 'open', captured };
    const fingerprint = deterministicId('create', reference, amount.minor.toString(), amount.currency);
    const json = encodeProviderEvent(answer);
    return await this.database.outsideTransaction(async () => {
      const { rows } = await sql<{ claimed: boolean }>`
        with claimed as (
          insert into sandbox.idempotency_keys (key, fingerprint, answer)
          values (${key}, ${fingerprint}, ${json}::jsonb) on conflict do nothing returning key
        ), opened as (
          insert into sandbox.intents (id, reference, amount_minor, currency, status, client_secret, customer_id)
          select ${id}, ${reference}::uuid, ${amount.minor}::bigint, ${amount.currency}, 'open', ${clientSecret},
            ${customerId ?? null} from claimed
        ) select exists (select from claimed) as claimed`.execute(this.database.query);
      if (rows[0]?.claimed !== true) return await this.kept(key, fingerprint);
      this.opened.keep({ ...answer, amount, customerId: customerId ?? null });
      return JSON.parse(json);
    });
  }

  /**
   * Locks an intent, has the change decided, writes it and keeps its answer under the key, in one transaction; asked
   * again, gives the kept answer (as JSON). A second request with the key, or about the intent, waits for the first.
   * @throws DomainError NOT_FOUND, IDEMPOTENCY_KEY_REUSED when the key came with another request
   */
  async once<A extends ProviderIntent | ProviderRefund>(
    { key, intentId, asked }: BooksRequest,
    decide: (intent: SandboxIntent) => SandboxChange<A> | Promise<SandboxChange<A>>,
  ): Promise<unknown> {
    const fingerprint = deterministicId(intentId, ...asked);
    return await this.database.outsideTransaction(() =>
      this.database.transaction(async () => {
        const { claimed, intent } = await this.claim(key, fingerprint, intentId);
        if (!claimed) return await this.kept(key, fingerprint);
        const change = await decide(intent);
        const json = encodeProviderEvent(change.answer);
        const parts = namedParts(intentId, change);
        const update = sql`update sandbox.idempotency_keys set answer = ${json}::jsonb where key = ${key}`;
        await this.database.executeWithCommit(
          parts.length === 0 ? update : sql`with ${sql.join(parts)} ${update}`,
        );
        return JSON.parse(json);
      }),
    );
  }

  /**
   * `once` for an intent that this process has opened and that is mostly still open: all of it is one statement, which
   * fails where that is not so, or the key was used before.
   */
  async onceOpened(
    request: BooksRequest,
    decide: (intent: SandboxIntent) => Promise<SandboxChange<ProviderIntent>>,
  ): Promise<unknown> {
    const opened = this.opened.get(request.intentId);
    this.opened.forget(request.intentId);
    const answer = opened && (await this.changeOpened(request, await decide(opened)));
    return answer ?? (await this.once(request, decide));
  }

  /** @throws DomainError NOT_FOUND */
  async find(id: string): Promise<ProviderIntent> {
    const row = await this.database.outsideTransaction(() =>
      this.database.query.selectFrom('sandbox.intents').selectAll().where('id', '=', id).executeTakeFirst(),
    );
    if (row === undefined) throw notFound('sandbox intent', id);
    return providerIntent(toIntent(row));
  }

  /** All refunds of an intent, the oldest first. */
  async refundsOf(intentId: string): Promise<ProviderRefund[]> {
    const rows = await this.database.query
      .selectFrom('sandbox.refunds')
      .innerJoin('sandbox.intents', 'sandbox.intents.id', 'sandbox.refunds.intent_id')
      .select(['sandbox.refunds.id', 'sandbox.refunds.reference', 'sandbox.refunds.amount_minor', 'currency'])
      .where('intent_id', '=', intentId)
      .orderBy('sandbox.refunds.created_at')
      .execute();
    return rows.map(({ id, reference, amount_minor, currency }) => ({
      id,
      providerIntentId: intentId,
      ...(reference !== null && { reference }),
      amount: Money.of(amount_minor, currency),
      status: 'succeeded',
    }));
  }

  /** What can still be given back of an intent's charge. */
  async refundable(intent: ProviderIntent): Promise<Money> {
    const refunds = await this.refundsOf(intent.id);
    return refunds.reduce((left, { amount }) => left.subtract(amount), intent.captured);
  }

  /** Intents opened in the span, in the order of their ids, with what was refunded of each. */
  async *transactions(from: Date, to: Date): AsyncIterable<ProviderTransaction> {
    for (let after = ''; ; ) {
      const rows = await this.page(from, to, after);
      for (const row of rows) {
        yield {
          intent: providerIntent(toIntent(row)),
          refunded: Money.of(row.refunded_minor, row.currency),
        };
        after = row.id;
      }
      if (rows.length < PAGE) return;
    }
  }

  private async page(from: Date, to: Date, after: string) {
    return await this.database.query
      .selectFrom('sandbox.intents')
      .selectAll()
      .select(
        sql<bigint>`(select coalesce(sum(r.amount_minor), 0)::bigint from sandbox.refunds r
          where r.intent_id = sandbox.intents.id)`.as('refunded_minor'),
      )
      .where('created_at', '>=', from)
      .where('created_at', '<', to)
      .where('id', '>', after)
      .orderBy('id')
      .limit(PAGE)
      .execute();
  }

  private async claim(key: string, fingerprint: string, intentId: string) {
    const { rows } = await sql<IntentRow & { claimed: boolean }>`
      with claimed as (
        insert into sandbox.idempotency_keys (key, fingerprint) values (${key}, ${fingerprint})
        on conflict do nothing returning key
      ) select i.*, exists (select from claimed) as claimed from sandbox.intents i
      where i.id = ${intentId} for update of i`.execute(this.database.query);
    const [row] = rows;
    if (row === undefined) throw notFound('sandbox intent', intentId);
    return { claimed: row.claimed, intent: toIntent(row) };
  }

  private async kept(key: string, fingerprint: string): Promise<unknown> {
    const kept = await this.database.query
      .selectFrom('sandbox.idempotency_keys')
      .select(['fingerprint', 'answer'])
      .where('key', '=', key)
      .executeTakeFirstOrThrow();
    if (kept.fingerprint === fingerprint) return kept.answer;
    throw new DomainError('IDEMPOTENCY_KEY_REUSED', 'The key came with another request.', { key });
  }

  /** Undefined: the intent is not open any more, or the key was used, and nothing is written. */
  private async changeOpened(
    { key, intentId, asked }: BooksRequest,
    change: SandboxChange<ProviderIntent>,
  ): Promise<unknown> {
    const { intent, ...rest } = change;
    if (intent === undefined) return undefined;
    const json = encodeProviderEvent(change.answer);
    const claimed = sql`claimed as (
      insert into sandbox.idempotency_keys (key, fingerprint, answer)
      values (${key}, ${deterministicId(intentId, ...asked)}, ${json}::jsonb) on conflict do nothing returning key)`;
    // After the key, as `once` locks them.
    const changed = sql`changed as (
      ${standing(intent)} and status = 'open' and exists (select from claimed) returning id)`;
    const statement = sql`
      with ${sql.join([claimed, changed, ...namedParts(intentId, rest)])}
      select ${commitOnlyIf(sql`exists (select from changed)`)}`;
    try {
      await this.database.outsideTransaction(() => statement.execute(this.database.query));
    } catch (error) {
      if (isCommitRefused(error)) return undefined;
      throw error;
    }
    return JSON.parse(json);
  }
}

/** What is written beside the answer, as parts of a statement. */
function namedParts(
  intentId: string,
  { intent, charge, refund, tell = [] }: Omit<SandboxChange<unknown>, 'answer'>,
): RawBuilder<unknown>[] {
  const parts = tell.map(({ event, card }) => webhooks(event, card ?? {}));
  if (intent !== undefined) parts.push(standing(intent));
  if (charge !== undefined) {
    parts.push(sql`insert into sandbox.charges (id, intent_id, amount_minor)
      values (${`ch_sandbox_${compact(newId())}`}, ${intentId}, ${charge.minor}::bigint)`);
  }
  if (refund !== undefined) {
    parts.push(sql`insert into sandbox.refunds (id, intent_id, reference, amount_minor)
      values (${refund.id}, ${intentId}, ${refund.reference ?? null}::uuid, ${refund.amount.minor}::bigint)`);
  }
  return parts.map((part, index) => sql`${sql.ref(`part${index}`)} as (${part})`);
}

/** The change of an intent's own row. */
function standing({ id, status, declineCode, customerId }: SandboxIntent): RawBuilder<unknown> {
  return sql`update sandbox.intents set status = ${status}, decline_code = ${declineCode ?? null},
    customer_id = ${customerId} where id = ${id}`;
}

/** Webhooks in the queue, in the transaction of what they tell of. */
function webhooks(event: Omit<ProviderEvent, 'id'>, card: SandboxCard): RawBuilder<unknown> {
  const body = encodeProviderEvent({ ...event, id: `evt_sandbox_${compact(newId())}` });
  const delay = (card.webhookDelayMs ?? 0) / 1_000;
  // As rows: of a series that is given its length PostgreSQL expects a thousand, and plans each anew.
  const copies = Array.from(
    { length: card.webhookCopies ?? 1 },
    () => sql`(${body}::jsonb, now() + make_interval(secs => ${delay}))`,
  );
  return sql`insert into sandbox.webhooks (event, due_at) values ${sql.join(copies)}`;
}

/** An id without its dashes, as processors write theirs. */
export function compact(id: string): string {
  return id.replaceAll('-', '');
}

/** What others may see of an intent. */
export function providerIntent(intent: SandboxIntent): ProviderIntent {
  const { amount: _amount, customerId: _customerId, ...seen } = intent;
  return seen;
}

function toIntent(row: IntentRow): SandboxIntent {
  const captured = row.status === 'succeeded' ? row.amount_minor : 0n;
  return {
    id: row.id,
    reference: row.reference,
    clientSecret: row.client_secret,
    status: row.status,
    captured: Money.of(captured, row.currency),
    amount: Money.of(row.amount_minor, row.currency),
    customerId: row.customer_id,
    ...(row.decline_code !== null && { declineCode: row.decline_code }),
  };
}
