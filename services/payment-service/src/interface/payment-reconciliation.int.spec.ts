import { createEvent, type OrderSnapshot } from '@vici/events';
import { PaymentServiceDefinition, type Reconciliation } from '@vici/proto-gen/payment';
import { asCaller, eventually, useService } from '@vici/testing';
import { Money, newId } from '@vici/utils';
import { beforeEach, describe, expect, it } from 'vitest';
import { SandboxDashboard } from '../infrastructure/sandbox/sandbox.dashboard.js';
import { paymentService } from '../payment.service.js';
import { paymentsOf } from './payment.fixture.js';

// No webhook and no recovery comes to the rescue: only the comparison finds out.
const service = useService(paymentService, {
  SANDBOX_WEBHOOKS: 'false',
  PAYMENT_RECOVERY_INTERVAL_MS: '3600000',
  PAYMENT_RECONCILE_EVERY_MINUTES: '0',
  PAYMENT_SETTLED_AFTER_MS: '0',
});
const payments = paymentsOf(service);
const api = () => service.client(PaymentServiceDefinition);
const admin = { role: 'admin', userId: newId() } as const;
const sql = (text: string, values: unknown[] = []) => payments.database().pool.query(text, values);
const usd = (amountMinor: number) => ({ amountMinor, currency: 'USD' });

async function reconcile(dryRun = false): Promise<Reconciliation> {
  return await asCaller(admin, () => api().reconcile({ dryRun }, { timeoutMs: 20_000 }));
}

function about({ differences }: Reconciliation, intentId: string) {
  return differences
    .filter((difference) => difference.intentId === intentId)
    .map(({ kind, healed }) => ({ kind, healed }));
}

/** The order tells how it stands. */
async function tell(
  type: 'order.confirmed' | 'order.cancelled',
  { id, orderId, total = 2_499 }: { id: string; orderId: string; total?: number },
): Promise<void> {
  const order: OrderSnapshot = {
    orderId,
    number: 'VIC-2026-000001',
    userId: newId(),
    email: '',
    status: type === 'order.confirmed' ? 'CONFIRMED' : 'CANCELLED',
    items: [],
    subtotal: usd(total),
    shipping: usd(0),
    tax: usd(0),
    discount: usd(0),
    total: usd(total),
    shippingAddress: {
      firstName: 'Ada',
      lastName: 'Lovelace',
      addressLine1: '1 Market Street',
      city: 'San Francisco',
      state: 'CA',
      postalCode: '94105',
      country: 'US',
    },
    paymentId: id,
    placedAt: new Date().toISOString(),
  };
  const data = { order, occurredAt: new Date().toISOString() };
  await service.publish(
    type === 'order.confirmed'
      ? createEvent(type, { subject: orderId, data })
      : createEvent(type, { subject: orderId, data: { ...data, reason: 'changed my mind' } }),
  );
  await eventually(async () => {
    const { rows } = await sql('select status from order_standings where order_id = $1', [orderId]);
    expect(rows).toEqual([{ status: order.status }]);
  });
}

async function sold() {
  const intent = await payments.captured();
  await tell('order.confirmed', intent);
  return intent;
}

beforeEach(async () => {
  await reconcile();
});

describe('reconciling', () => {
  it('finds nothing where the books agree', async () => {
    const { id } = await sold();
    const report = await reconcile();

    expect(about(report, id)).toEqual([]);
    expect(report.checked).toBeGreaterThan(0);
  });

  it('records a charge that nobody told of, with its event', async () => {
    const { id, orderId } = await payments.claimed();
    await sql('update sandbox.intents set status = $2 where reference = $1', [id, 'succeeded']);
    await tell('order.confirmed', { id, orderId });

    expect(about(await reconcile(true), id)).toContainEqual({ kind: 'capture_not_recorded', healed: false });
    expect(await payments.books(id)).toMatchObject({ captured: 0n });
    expect(about(await reconcile(), id)).toContainEqual({ kind: 'capture_not_recorded', healed: true });

    expect(await payments.books(id)).toMatchObject({ captured: 2_499n, transactions: 1 });
    expect(about(await reconcile(), id)).toEqual([]);
    await eventually(() =>
      expect(
        service.events().some(({ subject, type }) => subject === id && type === 'payment.succeeded'),
      ).toBe(true),
    );
  });

  it('records refunds and cancellations that nobody told of', async () => {
    const refunded = await sold();
    const cancelled = await payments.claimed();
    await service
      .get<SandboxDashboard>(SandboxDashboard)
      .refund(await payments.providerId(refunded.id), Money.of(500n, 'USD'));
    await sql('update sandbox.intents set status = $2 where reference = $1', [cancelled.id, 'cancelled']);

    const report = await reconcile();

    expect(about(report, refunded.id)).toEqual([{ kind: 'refund_not_recorded', healed: true }]);
    expect(about(report, cancelled.id)).toEqual([{ kind: 'cancel_not_recorded', healed: true }]);
    expect(await payments.books(refunded.id)).toMatchObject({ refunded: 500n, held: 1_999n });
    expect(await reconcile()).toMatchObject({ differences: [] });
  });

  it('refunds, once, what was paid for a cancelled order', async () => {
    const intent = await sold();
    await tell('order.cancelled', intent);

    expect(about(await reconcile(), intent.id)).toEqual([{ kind: 'paid_without_order', healed: true }]);
    expect(about(await reconcile(), intent.id)).toEqual([]);

    expect(await payments.books(intent.id)).toMatchObject({
      refunded: 2_499n,
      providerRefunded: 2_499n,
      held: 0n,
    });
    const { rows } = await sql('select reference from refunds where intent_id = $1', [intent.id]);
    expect(rows).toEqual([{ reference: `cancel:${intent.orderId}` }]);
  });

  it('tells again of a payment for which there is no order', async () => {
    const { id } = await payments.captured();
    const told = () =>
      service.events().filter(({ subject, type }) => subject === id && type === 'payment.succeeded').length;
    await eventually(() => expect(told()).toBe(1));

    expect(about(await reconcile(), id)).toEqual([{ kind: 'paid_without_order', healed: true }]);

    await eventually(() => expect(told()).toBe(2));
  });

  it('lists what only a person can put right, and changes nothing about it', async () => {
    const [vanished, short, dear, unpaid] = [
      await sold(),
      await sold(),
      await sold(),
      await payments.claimed(),
    ];
    await sql(`update sandbox.intents set status = 'open' where reference = $1`, [vanished.id]);
    await sql('update sandbox.intents set amount_minor = 2400 where reference = $1', [short.id]);
    await tell('order.confirmed', { ...dear, total: 2_600 });
    await tell('order.confirmed', unpaid);
    const foreign = newId();
    await sql(
      // A second old: the comparison ends at the present millisecond, and the database tells parts of it.
      `insert into sandbox.intents (id, reference, amount_minor, currency, status, client_secret, created_at)
        values ('pi_foreign', $1, 100, 'USD', 'succeeded', '', now() - interval '1 second')`,
      [foreign],
    );

    const report = await reconcile();

    expect(about(report, vanished.id)).toEqual([{ kind: 'recorded_without_capture', healed: false }]);
    expect(about(report, short.id)).toEqual([{ kind: 'captured_amount', healed: false }]);
    expect(about(report, dear.id)).toEqual([{ kind: 'order_amount', healed: false }]);
    expect(about(report, unpaid.id)).toEqual([{ kind: 'order_without_payment', healed: false }]);
    expect(report.differences).toContainEqual(
      expect.objectContaining({ kind: 'paid_without_record', providerIntentId: 'pi_foreign', healed: false }),
    );
    const notes = new Set(report.differences.flatMap(({ healed, note }) => (healed ? [] : [note])));
    expect([...notes]).toEqual(['a person has to look at it']);
    await sql(`delete from sandbox.intents where id = 'pi_foreign'`);
  });

  it('keeps its reports, and an audit of who asked for it', async () => {
    const report = await reconcile();
    const { reconciliations } = await asCaller({ role: 'support', userId: newId() }, () =>
      api().listReconciliations({}),
    );

    expect(reconciliations[0]).toEqual(report);
    await eventually(() =>
      expect(service.audits()).toContainEqual(
        expect.objectContaining({
          type: 'audit.recorded',
          data: expect.objectContaining({
            action: 'payments.reconcile',
            target: { type: 'reconciliation', id: report.id },
            actor: expect.objectContaining({ userId: admin.userId }),
          }),
        }),
      ),
    );
  });

  it('is for who may change payments, over a span that can be read', async () => {
    const run = (caller: Parameters<typeof asCaller>[0], from?: Date) =>
      asCaller(caller, () => api().reconcile({ ...(from !== undefined && { from }) }));

    await expect(run({ role: 'support', userId: newId() })).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await expect(run(admin, new Date(Date.now() + 3_600_000))).rejects.toMatchObject({
      code: 'VALIDATION_FAILED',
      details: { fields: [{ field: 'from' }] },
    });
  });
});
