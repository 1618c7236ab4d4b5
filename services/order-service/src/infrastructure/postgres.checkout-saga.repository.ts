import { Inject, Injectable } from '@nestjs/common';
import { arrayOf, commitOnlyIf, Database, json, sql } from '@vici/database';
import { Logger } from '@vici/utils';
import type { RawBuilder } from 'kysely';
import {
  CheckoutSagaRepository,
  type HeldSaga,
  type Lease,
  type NewSaga,
  type NextRun,
  type PaidSaga,
} from '../application/ports/checkout-saga.repository.js';
import {
  type CancelRequest,
  CHECKOUT_STEPS,
  type CheckoutContext,
  nextStep,
  type SagaRecord,
} from '../domain/saga-record.js';
import { fromNow } from './from-now.js';
import type { OrderTables } from './order.tables.js';
import { fromContext, toSagaRecord, withNotes } from './saga-row.js';

const NOTES = sql`cancel_request, (paid_at IS NOT NULL) AS paid, (deadline_at <= now()) AS overdue`;
const COLUMNS = sql`id, order_id, payment_intent_id, user_id, state, attempt, done_steps, attempts, last_error,
  context, backordered, outcome, refund_id, ${NOTES}`;
/** A saga that this version cannot read is left so long to another version, or to a person. */
const UNREADABLE_PAUSE_MS = 30_000;
/** Not when it ended, nor when its run has taken the money itself: then it goes on, or gives it back, unasked. */
const NEEDS_THE_MONEY = sql`(state <> 'completed' AND NOT (state = 'cancelled' AND refund_id IS NOT NULL)
  AND NOT 'capture-payment' = ANY(done_steps))`;
const IS_FREE = sql`(lease_until IS NULL OR lease_until <= now())`;

/** Sagas in order_db. Every write of a run is fenced by its lease; every time is the database's. */
@Injectable()
export class PostgresCheckoutSagaRepository extends CheckoutSagaRepository {
  constructor(
    @Inject(Database) private readonly database: Database<OrderTables>,
    private readonly logger: Logger,
  ) {
    super();
  }

  start(saga: NewSaga, lease: Lease): Promise<SagaRecord | undefined> {
    const { id, orderId, paymentIntentId, userId, placeKey, context, deadlineMs } = saga;
    return this.one(sql`
      INSERT INTO checkout_sagas (id, order_id, payment_intent_id, user_id, place_key, state, step, context,
                                  deadline_at, next_run_at, lease_owner, lease_until)
      VALUES (${id}, ${orderId}, ${paymentIntentId}, ${userId}, ${placeKey ?? null}, 'running', 'claim-intent',
              ${json(fromContext(context))}, ${fromNow(deadlineMs)}, now(), ${lease.owner},
              ${fromNow(lease.milliseconds)})
      ON CONFLICT DO NOTHING
      RETURNING ${COLUMNS}`);
  }

  restart(
    saga: SagaRecord,
    context: CheckoutContext,
    deadlineMs: number,
    lease: Lease,
  ): Promise<SagaRecord | undefined> {
    return this.one(sql`
      UPDATE checkout_sagas
      SET state = 'running', attempt = attempt + 1, attempts = 0, outcome = NULL, last_error = NULL,
          done_steps = CASE WHEN 'claim-intent' = ANY (done_steps) THEN '{claim-intent}'::text[] ELSE '{}' END,
          context = ${json(fromContext(context))}, deadline_at = ${fromNow(deadlineMs)}, next_run_at = now(),
          lease_owner = ${lease.owner}, lease_until = ${fromNow(lease.milliseconds)}, updated_at = now()
      WHERE id = ${saga.id} AND state = 'awaiting_retry' AND attempt = ${saga.attempt} AND ${IS_FREE}
        AND paid_at IS NULL AND cancel_request IS NULL AND deadline_at > now()
      RETURNING ${COLUMNS}`);
  }

  find(id: string): Promise<SagaRecord | undefined> {
    return this.one(sql`SELECT ${COLUMNS} FROM checkout_sagas WHERE id = ${id}`);
  }

  findByIntent(paymentIntentId: string): Promise<SagaRecord | undefined> {
    return this.one(sql`SELECT ${COLUMNS} FROM checkout_sagas WHERE payment_intent_id = ${paymentIntentId}`);
  }

  findByPlaceKey(userId: string, key: string): Promise<SagaRecord | undefined> {
    return this.one(
      sql`SELECT ${COLUMNS} FROM checkout_sagas WHERE user_id = ${userId} AND place_key = ${key}`,
    );
  }

  acquire(id: string, lease: Lease): Promise<SagaRecord | undefined> {
    return this.one(sql`
      UPDATE checkout_sagas SET lease_owner = ${lease.owner}, lease_until = ${fromNow(lease.milliseconds)}
      WHERE id = ${id} AND next_run_at <= now() AND ${IS_FREE}
      RETURNING ${COLUMNS}`);
  }

  async acquireDue(limit: number, lease: Lease): Promise<readonly SagaRecord[]> {
    const { rows } = await sql<{ id: string }>`
      UPDATE checkout_sagas SET lease_owner = ${lease.owner}, lease_until = ${fromNow(lease.milliseconds)}
      WHERE id IN (
        SELECT id FROM checkout_sagas WHERE next_run_at <= now() AND ${IS_FREE}
        ORDER BY next_run_at LIMIT ${limit} FOR UPDATE SKIP LOCKED)
      RETURNING ${COLUMNS}`.execute(this.database.query);
    const due: SagaRecord[] = [];
    for (const row of rows) {
      try {
        due.push(toSagaRecord(row));
      } catch (error) {
        await this.setAside(row.id, lease, error);
      }
    }
    return due;
  }

  async save(saga: SagaRecord, lease: Lease, next: NextRun): Promise<SagaRecord | undefined> {
    const { rows } = await sql`${updateHeld(saga, lease, next)} RETURNING ${NOTES}`.execute(
      this.database.query,
    );
    return rows.length === 0 ? undefined : withNotes(saga, rows[0]);
  }

  async saveUnnoted(saga: SagaRecord, lease: Lease): Promise<void> {
    await this.database.executeWithCommit(sql`
      WITH saved AS (
        ${updateHeld(saga, lease, { kind: 'hold' })} AND cancel_request IS NULL AND deadline_at > now() RETURNING id
      )
      SELECT ${commitOnlyIf(sql`EXISTS (SELECT FROM saved)`)}`);
  }

  async complete(sagas: readonly HeldSaga[]): Promise<void> {
    const ids = sagas.map(({ id }) => id);
    const owners = sagas.map(({ owner }) => owner);
    await sql`
      UPDATE checkout_sagas AS saga
      SET state = 'completed', step = NULL, done_steps = ${[...CHECKOUT_STEPS]}, attempts = 0, next_run_at = ${NEVER},
          lease_owner = NULL, lease_until = NULL, updated_at = now()
      FROM unnest(${arrayOf(ids, 'uuid')}, ${arrayOf(owners, 'uuid')}) AS held (id, owner)
      WHERE saga.id = held.id AND saga.lease_owner = held.owner`.execute(this.database.query);
  }

  async renew(id: string, lease: Lease): Promise<void> {
    await sql`
      UPDATE checkout_sagas SET lease_until = ${fromNow(lease.milliseconds)}
      WHERE id = ${id} AND lease_owner = ${lease.owner}`.execute(this.database.query);
  }

  async requestCancel(orderId: string, request: CancelRequest): Promise<string | undefined> {
    const { rows } = await sql<{ id: string }>`
      UPDATE checkout_sagas
      SET cancel_request = COALESCE(cancel_request, ${json(request)}), next_run_at = now(), updated_at = now()
      WHERE order_id = ${orderId}
      RETURNING id`.execute(this.database.query);
    return rows[0]?.id;
  }

  async isCancelling(orderId: string): Promise<boolean> {
    const { rows } = await sql`
      SELECT FROM checkout_sagas
      WHERE order_id = ${orderId} AND (cancel_request IS NOT NULL OR state = 'compensating')`.execute(
      this.database.query,
    );
    return rows.length > 0;
  }

  async markPaid(paymentIntentIds: readonly string[]): Promise<ReadonlyMap<string, PaidSaga>> {
    const { rows } = await sql<{ intent: string; free: boolean | null }>`
      WITH saga AS (
        SELECT id, payment_intent_id, ${NEEDS_THE_MONEY} AS needed FROM checkout_sagas
        WHERE payment_intent_id = ANY(${arrayOf(paymentIntentIds, 'uuid')})
      ), told AS (
        UPDATE checkout_sagas
        SET paid_at = COALESCE(paid_at, now()), next_run_at = LEAST(next_run_at, now()), updated_at = now()
        WHERE id = ANY(ARRAY(SELECT id FROM saga WHERE needed)) AND ${NEEDS_THE_MONEY}
        RETURNING id, ${IS_FREE} AS free
      )
      SELECT payment_intent_id AS intent, free FROM saga LEFT JOIN told USING (id)`.execute(
      this.database.query,
    );
    const found = (free: boolean | null): PaidSaga => (free === null ? 'known' : free ? 'woken' : 'held');
    return new Map(rows.map(({ intent, free }) => [intent, found(free)]));
  }

  async countStuck(failures: number): Promise<number> {
    const { rows } = await sql<{ stuck: number }>`
      SELECT count(*)::int AS stuck FROM checkout_sagas
      WHERE next_run_at IS NOT NULL AND attempts >= ${failures}`.execute(this.database.query);
    return rows[0]?.stuck ?? 0;
  }

  /** One row that cannot be read must not keep those fetched with it from being run. */
  private async setAside(id: string, lease: Lease, error: unknown): Promise<void> {
    this.logger.error('a checkout cannot be read', { sagaId: id, error });
    await sql`
      UPDATE checkout_sagas
      SET attempts = attempts + 1, last_error = 'UNREADABLE', next_run_at = ${fromNow(UNREADABLE_PAUSE_MS)},
          lease_owner = NULL, lease_until = NULL, updated_at = now()
      WHERE id = ${id} AND lease_owner = ${lease.owner}`.execute(this.database.query);
  }

  private async one(query: RawBuilder<unknown>): Promise<SagaRecord | undefined> {
    const { rows } = await query.execute(this.database.query);
    return rows.length === 0 ? undefined : toSagaRecord(rows[0]);
  }
}

/** Writes a run's saga while the run has its lease. */
function updateHeld(saga: SagaRecord, lease: Lease, next: NextRun): RawBuilder<unknown> {
  const held = next.kind === 'hold';
  return sql`
    UPDATE checkout_sagas
    SET state = ${saga.state}, step = ${nextStep(saga) ?? null}, done_steps = ${[...saga.doneSteps]},
        attempt = ${saga.attempt}, attempts = ${saga.failures}, last_error = ${saga.lastError ?? null},
        backordered = ${json(saga.backordered)}, outcome = ${saga.outcome === undefined ? null : json(saga.outcome)},
        refund_id = ${saga.refundId ?? null}, next_run_at = ${nextRunAt(next)},
        lease_owner = ${held ? lease.owner : null}, lease_until = ${held ? fromNow(lease.milliseconds) : null},
        updated_at = now()
    WHERE id = ${saga.id} AND lease_owner = ${lease.owner}`;
}

/** The saga rests only when nothing was noted meanwhile that makes it due at once. */
function nextRunAt(next: NextRun): RawBuilder<unknown> {
  switch (next.kind) {
    case 'hold':
      return sql`next_run_at`;
    case 'after':
      return fromNow(next.milliseconds);
    case 'deadline':
      return sql`CASE WHEN paid_at IS NULL AND cancel_request IS NULL THEN deadline_at ELSE now() END`;
    case 'never':
      return NEVER;
  }
}

/** A wish to cancel what is being completed, or money for what is being cancelled, still has to be dealt with. */
const NEVER = sql`CASE WHEN state IN ('running', 'completed') AND cancel_request IS NOT NULL THEN now()
  WHEN state IN ('compensating', 'cancelled') AND paid_at IS NOT NULL AND refund_id IS NULL THEN now() END`;
