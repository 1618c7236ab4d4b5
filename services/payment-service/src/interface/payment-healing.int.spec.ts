import { PaymentServiceDefinition, PaymentStatus } from '@vici/proto-gen/payment';
import { asCaller, eventually, pauseAt, useService } from '@vici/testing';
import { DomainError, newId, onCheckpoint } from '@vici/utils';
import { afterEach, describe, expect, it } from 'vitest';
import { PaymentProvider } from '../application/payment-provider.js';
import { ReceiveWebhook } from '../application/receive-webhook.use-case.js';
import {
  RecoverCaptures,
  RecoverProviderEvents,
  RecoverRefunds,
} from '../application/recover-payments.use-case.js';
import { encodeProviderEvent } from '../infrastructure/provider-event.codec.js';
import { SandboxPaymentProvider } from '../infrastructure/sandbox/sandbox.payment-provider.js';
import { paymentService } from '../payment.service.js';
import { paymentsOf } from './payment.fixture.js';

// Nothing happens by itself here: each test decides what comes to the rescue.
const service = useService(paymentService, {
  SANDBOX_WEBHOOKS: 'false',
  PAYMENT_RECOVERY_INTERVAL_MS: '3600000',
});
const payments = paymentsOf(service);

const paidOnce = { charges: 1, captured: 2_499n, transactions: 1, held: 2_499n };

/** The process is lost at a checkpoint: what follows there does not happen. */
async function crashAt(checkpointName: string, work: () => Promise<unknown>): Promise<void> {
  onCheckpoint((name) => {
    if (name === checkpointName) throw new DomainError('CONFLICT', 'The process is gone.');
  });
  await expect(work()).rejects.toMatchObject({ code: 'CONFLICT' });
  onCheckpoint(undefined);
}

afterEach(() => {
  onCheckpoint(undefined);
});

/** Brings the webhooks of an intent to the service, newest first. */
async function deliverWebhooks(id: string, times = 1): Promise<number> {
  const { rows } = await payments
    .database()
    .pool.query<{ body: string }>(
      `select event::text as body from sandbox.webhooks where event -> 'intent' ->> 'reference' = $1 order by id desc`,
      [id],
    );
  const provider = service.get<SandboxPaymentProvider>(SandboxPaymentProvider);
  for (const { body } of Array.from({ length: times }, () => rows).flat()) {
    await service.get<ReceiveWebhook>(ReceiveWebhook).execute(body, provider.sign(body));
  }
  return rows.length;
}

const eventsOf = (id: string) => service.events().filter(({ subject }) => subject === id);

describe('a crash between the charge and its record', () => {
  it('is healed by asking again with the same number: one charge, one event', async () => {
    const { id, orderId } = await payments.claimed();
    await crashAt('payment.after-provider', () => payments.capture(id, orderId));
    expect(await payments.get(id)).toMatchObject({ status: PaymentStatus.PROCESSING });
    expect(await payments.books(id)).toMatchObject({ charges: 1, captured: 0n, transactions: 0 });

    expect(await payments.capture(id, orderId)).toMatchObject({ status: PaymentStatus.SUCCEEDED });

    expect(await payments.books(id)).toMatchObject(paidOnce);
    await eventually(() => expect(eventsOf(id).map(({ type }) => type)).toEqual(['payment.succeeded']));
  });

  it('keeps another number from charging meanwhile', async () => {
    const { id, orderId } = await payments.claimed();
    await crashAt('payment.after-provider', () => payments.capture(id, orderId));

    await expect(payments.capture(id, orderId, 'pm_card_mastercard', 2)).rejects.toMatchObject({
      code: 'REQUEST_IN_PROGRESS',
    });
    expect(await payments.books(id)).toMatchObject({ charges: 1 });
  });

  it('is healed by the recovery, which leaves the young alone', async () => {
    const { id, orderId } = await payments.claimed();
    await crashAt('payment.after-provider', () => payments.capture(id, orderId));

    await service.get<RecoverCaptures>(RecoverCaptures).execute(15_000);
    expect(await payments.get(id)).toMatchObject({ status: PaymentStatus.PROCESSING });
    await service.get<RecoverCaptures>(RecoverCaptures).execute(0);

    expect(await payments.get(id)).toMatchObject({ status: PaymentStatus.SUCCEEDED });
    expect(await payments.books(id)).toMatchObject(paidOnce);
  });

  it('is healed by the webhook, sent any number of times', async () => {
    const { id, orderId } = await payments.claimed();
    await crashAt('payment.after-provider', () => payments.capture(id, orderId));

    expect(await deliverWebhooks(id, 3)).toBe(1);

    expect(await payments.get(id)).toMatchObject({ status: PaymentStatus.SUCCEEDED });
    expect(await payments.books(id)).toMatchObject(paidOnce);
  });

  it('of a declined charge leaves the decline to the recovery', async () => {
    const { id, orderId } = await payments.claimed();
    await crashAt('payment.after-provider', () => payments.capture(id, orderId, 'pm_card_chargeDeclined'));

    await service.get<RecoverCaptures>(RecoverCaptures).execute(0);

    expect(await payments.get(id)).toMatchObject({
      status: PaymentStatus.FAILED,
      declineCode: 'card_declined',
    });
    expect(await payments.capture(id, orderId, 'pm_card_visa', 2)).toMatchObject({
      status: PaymentStatus.SUCCEEDED,
    });
  });
});

describe('a crash before the provider heard of the charge', () => {
  it('is withdrawn by the recovery, and the same number charges once', async () => {
    const { id, orderId } = await payments.claimed();
    await payments
      .database()
      .query.updateTable('payment_intents')
      .set({ status: 'PROCESSING', attempt: 1 })
      .where('id', '=', id)
      .execute();

    await service.get<RecoverCaptures>(RecoverCaptures).execute(0);
    expect(await payments.get(id)).toMatchObject({ status: PaymentStatus.PENDING });
    await payments.capture(id, orderId);

    expect(await payments.books(id)).toMatchObject(paidOnce);
  });
});

describe('a caller who gave up waiting', () => {
  it('finds the payment made, once, when the provider has answered', async () => {
    const { id, orderId } = await payments.claimed();
    using provider = pauseAt('payment.before-provider');

    const impatient = asCaller({ role: 'system' }, () =>
      service
        .client(PaymentServiceDefinition)
        .captureIntent({ id, orderId, paymentMethod: 'pm_card_visa', attempt: 1 }, { timeoutMs: 1_500 }),
    );
    await expect(impatient).rejects.toMatchObject({ code: 'DEADLINE_EXCEEDED' });
    await provider.reached;
    expect(await payments.get(id)).toMatchObject({ status: PaymentStatus.PROCESSING });
    provider.resume();

    const paid = await payments.capture(id, orderId);
    expect(paid).toMatchObject({ status: PaymentStatus.SUCCEEDED });
    expect(await payments.books(id)).toMatchObject(paidOnce);
  });
});

describe('a webhook', () => {
  it('that overtakes the answer changes nothing for the caller', async () => {
    const { id, orderId } = await payments.claimed();
    const pause = pauseAt('payment.after-provider');
    const capture = payments.capture(id, orderId);
    await pause.reached;

    await deliverWebhooks(id);
    expect(await payments.get(id)).toMatchObject({ status: PaymentStatus.SUCCEEDED });
    pause.resume();

    expect(await capture).toMatchObject({ status: PaymentStatus.SUCCEEDED });
    expect(await payments.books(id)).toMatchObject(paidOnce);
    await eventually(() => expect(eventsOf(id)).toHaveLength(1));
  });

  it('of an old decline that comes after the next try has paid is history', async () => {
    const { id, orderId } = await payments.claimed();
    await expect(payments.capture(id, orderId, 'pm_card_chargeDeclined', 1)).rejects.toMatchObject({
      code: 'PAYMENT_DECLINED',
    });
    await crashAt('payment.after-provider', () => payments.capture(id, orderId, 'pm_card_visa', 2));

    expect(await deliverWebhooks(id, 2)).toBe(2);

    expect(await payments.get(id)).toMatchObject({ status: PaymentStatus.SUCCEEDED });
    expect(await payments.books(id)).toMatchObject(paidOnce);
  });

  it('of an old decline does not end the try under way', async () => {
    const { id, orderId } = await payments.claimed();
    await expect(payments.capture(id, orderId, 'pm_card_chargeDeclined', 1)).rejects.toMatchObject({
      code: 'PAYMENT_DECLINED',
    });
    await payments
      .database()
      .query.updateTable('payment_intents')
      .set({ status: 'PROCESSING', attempt: 2 })
      .where('id', '=', id)
      .execute();

    await deliverWebhooks(id);

    expect(await payments.get(id)).toMatchObject({ status: PaymentStatus.PROCESSING });
  });

  it('is kept once, with all that come at the same moment, and only what is still news changes anything', async () => {
    const provider = service.get<SandboxPaymentProvider>(SandboxPaymentProvider);
    const [paid, unheard] = [await payments.captured(), await payments.claimed()];
    await crashAt('payment.after-provider', () => payments.capture(unheard.id, unheard.orderId));
    const { rows: told } = await payments.database().pool.query<{ id: string; body: string }>(
      `select event ->> 'id' as id, event::text as body from sandbox.webhooks
          where event -> 'intent' ->> 'reference' in ($1, $2)`,
      [paid.id, unheard.id],
    );

    await Promise.all(
      [...told, ...told].map(({ body }) =>
        service.get<ReceiveWebhook>(ReceiveWebhook).execute(body, provider.sign(body)),
      ),
    );

    const { rows: kept } = await payments.database().pool.query<{ id: string; applied: boolean }>(
      `select event_id as id, applied_at is not null as applied from provider_events
          where event_id = any($1) order by event_id`,
      [told.map(({ id }) => id)],
    );
    expect(told).toHaveLength(2);
    expect(kept).toEqual(
      told
        .map(({ id }) => id)
        .sort()
        .map((id) => ({ id, applied: true })),
    );
    expect([await payments.books(paid.id), await payments.books(unheard.id)]).toMatchObject([
      paidOnce,
      paidOnce,
    ]);
  });

  it('with a wrong signature is refused and not kept', async () => {
    const body = JSON.stringify({ id: `evt_${newId()}` });

    await expect(
      service.get<ReceiveWebhook>(ReceiveWebhook).execute(body, '00'.repeat(32)),
    ).rejects.toMatchObject({ code: 'INVALID_TOKEN' });
    const { rows } = await payments
      .database()
      .pool.query('select 1 from provider_events where event_id = $1', [JSON.parse(body).id]);
    expect(rows).toEqual([]);
  });

  it('that was kept but not applied is applied by the recovery', async () => {
    const { id, orderId } = await payments.claimed();
    await crashAt('payment.after-provider', () => payments.capture(id, orderId));
    const providerIntent = await payments
      .database()
      .query.selectFrom('payment_intents')
      .select('provider_intent_id')
      .where('id', '=', id)
      .executeTakeFirstOrThrow();
    const told = await service
      .get<PaymentProvider>(PaymentProvider)
      .getIntent(providerIntent.provider_intent_id ?? '');
    await payments
      .database()
      .pool.query("insert into provider_events (provider, event_id, payload) values ('sandbox', $1, $2)", [
        `evt_${id}`,
        encodeProviderEvent({ id: `evt_${id}`, intent: told }),
      ]);

    await service.get<RecoverProviderEvents>(RecoverProviderEvents).execute(0);

    expect(await payments.books(id)).toMatchObject(paidOnce);
  });
});

describe('a crash between a refund and its record', () => {
  const refundedOnce = { providerRefunded: 1_000n, refunded: 1_000n, transactions: 2, held: 1_499n };

  it('is healed by asking again with the reference', async () => {
    const { id } = await payments.captured();
    const reference = newId();
    await crashAt('payment.after-refund', () => payments.refund(id, 1_000n, reference));
    expect(await payments.books(id)).toMatchObject({ providerRefunded: 1_000n, refunded: 0n });

    await payments.refund(id, 1_000n, reference);

    expect(await payments.books(id)).toMatchObject(refundedOnce);
  });

  it('keeps its amount from being promised twice, and is healed by the recovery', async () => {
    const { id } = await payments.captured();
    await crashAt('payment.after-refund', () => payments.refund(id, 1_000n));

    await expect(payments.refund(id, 1_500n)).rejects.toMatchObject({
      code: 'LIMIT_EXCEEDED',
      details: { remainingMinor: 1_499 },
    });
    await service.get<RecoverRefunds>(RecoverRefunds).execute(0);

    expect(await payments.books(id)).toMatchObject(refundedOnce);
  });

  it('is healed by the webhook', async () => {
    const { id } = await payments.captured();
    await crashAt('payment.after-refund', () => payments.refund(id, 1_000n));

    await deliverWebhooks(id, 2);

    expect(await payments.books(id)).toMatchObject(refundedOnce);
  });
});

describe('two refunds at once', () => {
  it('never come to more than was captured, one held between the provider and the books', async () => {
    const { id } = await payments.captured();
    using pause = pauseAt('payment.after-refund');
    const first = payments.refund(id, 1_500n);
    await pause.reached;

    await expect(payments.refund(id, 1_000n)).rejects.toMatchObject({
      code: 'LIMIT_EXCEEDED',
      details: { remainingMinor: 999 },
    });
    const rest = await payments.refund(id, 999n);
    pause.resume();
    await first;

    expect(rest.intent).toMatchObject({ refunded: { minor: 999n } });
    expect(await payments.books(id)).toMatchObject({ providerRefunded: 2_499n, refunded: 2_499n, held: 0n });
  });
});
