import { Inject, Injectable } from '@nestjs/common';
import { Database, offsetOf, type Page, type PageRequest, pageOf, sql } from '@vici/database';
import { Money } from '@vici/utils';
import type { Selectable } from 'kysely';
import {
  type Reconciliation,
  ReconciliationRepository,
  type Span,
} from '../application/reconciliation/reconciliation.repository.js';
import type { DifferenceKind, FoundDifference } from '../domain/payment-difference.js';
import type { PaymentIntent } from '../domain/payment-intent.js';
import { decodeDifferences, encodeDifferences } from './difference.codec.js';
import type { PaymentTables } from './payment.tables.js';
import { PostgresIntentRepository } from './postgres-intent.repository.js';

const PAGE = 200;
/** An order of these is paid for. */
const PAID = ['CONFIRMED', 'PREPARING', 'SHIPPED', 'DELIVERED', 'REFUNDED'];

interface Found {
  readonly kind: DifferenceKind;
  readonly intent_id: string | null;
  readonly provider_intent_id: string | null;
  readonly order_id: string | null;
  readonly ours: bigint;
  readonly theirs: bigint;
  readonly currency: string;
}

/** What a reconciliation reads, and its reports, in payment_db. */
@Injectable()
export class PostgresReconciliationRepository extends ReconciliationRepository {
  constructor(
    @Inject(Database) private readonly database: Database<PaymentTables>,
    private readonly intents: PostgresIntentRepository,
  ) {
    super();
  }

  async settledIntents(ids: readonly string[], settledBefore: Date): Promise<Map<string, PaymentIntent>> {
    const intents = await this.intents.findAll(ids, settledBefore);
    return new Map(intents.map((intent) => [intent.id, intent]));
  }

  async known(ids: readonly string[]): Promise<ReadonlySet<string>> {
    const rows = await this.database.query
      .selectFrom('payment_intents')
      .select('id')
      .where('id', '=', sql<string>`any(${[...ids]}::uuid[])`)
      .execute();
    return new Set(rows.map(({ id }) => id));
  }

  async *captured(provider: string, span: Span): AsyncIterable<PaymentIntent> {
    for (let after = '00000000-0000-0000-0000-000000000000'; ; ) {
      const { rows } = await sql<{ id: string }>`
        select id from payment_intents where provider = ${provider} and status = 'SUCCEEDED' and amount_minor > 0 and id > ${after}
          and created_at >= ${span.from} and created_at < ${span.to} and updated_at <= ${span.settledBefore}
        order by id limit ${PAGE}`.execute(this.database.query);
      const page = rows.map(({ id }) => id);
      yield* await this.intents.findAll(page, span.settledBefore);
      const last = page.at(-1);
      if (last === undefined || page.length < PAGE) return;
      after = last;
    }
  }

  async orderDifferences({ from, to, settledBefore }: Span): Promise<FoundDifference[]> {
    const { rows } = await sql<Found>`
      select case when p.status is distinct from 'SUCCEEDED' or p.order_id is distinct from o.order_id
          then 'order_without_payment' else 'order_amount' end as kind,
        p.id as intent_id, p.provider_intent_id, o.order_id, coalesce(p.captured_minor, 0) as ours,
        o.total_minor as theirs, o.currency
      from order_standings o left join payment_intents p on p.id = o.intent_id
      where o.status = any(${PAID}) and o.as_of >= ${from} and o.as_of < ${to} and o.as_of <= ${settledBefore}
        and (p.status is distinct from 'SUCCEEDED' or p.order_id is distinct from o.order_id
          or p.captured_minor <> o.total_minor)
      union all
      select 'paid_without_order', p.id, p.provider_intent_id, coalesce(p.order_id, o.order_id),
        p.captured_minor - p.refunded_minor, 0, p.currency
      from payment_intents p left join order_standings o on o.intent_id = p.id
      where p.status = 'SUCCEEDED' and p.refunded_minor < p.captured_minor
        and p.created_at >= ${from} and p.created_at < ${to} and p.updated_at <= ${settledBefore}
        and (o.status is null or not o.status = any(${PAID}) or o.status = 'REFUNDED')`.execute(
      this.database.query,
    );
    return rows.map(toFound);
  }

  async ledgerDifferences({ from, to, settledBefore }: Span): Promise<FoundDifference[]> {
    const { rows } = await sql<Found>`
      select 'ledger' as kind, p.id as intent_id, p.provider_intent_id, p.order_id,
        p.captured_minor - p.refunded_minor as ours, coalesce(l.held, 0)::bigint as theirs, p.currency
      from payment_intents p left join lateral (
        select sum(credit_minor - debit_minor) as held from ledger_entries
        where intent_id = p.id and account = 'customer_payments'
      ) l on true
      where p.created_at >= ${from} and p.created_at < ${to} and p.updated_at <= ${settledBefore}
        and p.captured_minor - p.refunded_minor <> coalesce(l.held, 0)`.execute(this.database.query);
    return rows.map(toFound);
  }

  async orderStatus(intentId: string): Promise<string | undefined> {
    const row = await this.database.query
      .selectFrom('order_standings')
      .select('status')
      .where('intent_id', '=', intentId)
      .orderBy('as_of', 'desc')
      .executeTakeFirst();
    return row?.status;
  }

  async store(report: Reconciliation): Promise<void> {
    await this.database.query
      .insertInto('reconciliations')
      .values({
        id: report.id,
        span_from: report.from,
        span_to: report.to,
        dry_run: report.dryRun,
        started_at: report.startedAt,
        finished_at: report.finishedAt,
        checked: report.checked,
        differences: sql`cast(${encodeDifferences(report.differences)} as jsonb)`,
      })
      .execute();
  }

  async list(page: PageRequest): Promise<Page<Reconciliation>> {
    const rows = await this.database.query
      .selectFrom('reconciliations')
      .selectAll()
      .orderBy('started_at', 'desc')
      .orderBy('id', 'desc')
      .limit(page.limit)
      .offset(offsetOf(page))
      .execute();
    const { total } = await this.database.query
      .selectFrom('reconciliations')
      .select(sql<bigint>`count(*)`.as('total'))
      .executeTakeFirstOrThrow();
    return pageOf(rows.map(toReport), page, total);
  }

  async lastStartedAt(): Promise<Date | undefined> {
    const row = await this.database.query
      .selectFrom('reconciliations')
      .select('started_at')
      .where('dry_run', '=', false)
      .orderBy('started_at', 'desc')
      .limit(1)
      .executeTakeFirst();
    return row?.started_at;
  }
}

function toFound(row: Found): FoundDifference {
  return {
    kind: row.kind,
    ...(row.intent_id !== null && { intentId: row.intent_id }),
    ...(row.provider_intent_id !== null && { providerIntentId: row.provider_intent_id }),
    ...(row.order_id !== null && { orderId: row.order_id }),
    ours: Money.of(row.ours, row.currency),
    theirs: Money.of(row.theirs, row.currency),
  };
}

function toReport(row: Selectable<PaymentTables['reconciliations']>): Reconciliation {
  return {
    id: row.id,
    from: row.span_from,
    to: row.span_to,
    dryRun: row.dry_run,
    startedAt: row.started_at,
    finishedAt: row.finished_at,
    checked: row.checked,
    differences: decodeDifferences(row.differences),
  };
}
