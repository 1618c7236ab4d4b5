import { PaymentStatus } from '@vici/proto-gen/payment';
import { eventually, useService } from '@vici/testing';
import { newId } from '@vici/utils';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { paymentService } from '../payment.service.js';
import { paymentsOf } from './payment.fixture.js';

const service = useService(paymentService, {
  SANDBOX_WEBHOOK_INTERVAL_MS: '20',
  PAYMENT_RECOVERY_INTERVAL_MS: '3600000',
});
const payments = paymentsOf(service);

const eventsOf = (id: string) => service.events().filter(({ subject }) => subject === id);

describe('refunding', () => {
  it('gives a part back once a reference, then all that is left', async () => {
    const { id } = await payments.captured();
    const reference = newId();

    const answers = await Promise.all(
      Array.from({ length: 5 }, () => payments.refund(id, 1_000n, reference)),
    );
    const rest = await payments.refund(id, undefined);

    expect(new Set(answers.map(({ refundId }) => refundId)).size).toBe(1);
    expect(rest.intent).toMatchObject({ refunded: { minor: 2_499n }, status: PaymentStatus.SUCCEEDED });
    expect(await payments.books(id)).toMatchObject({ providerRefunded: 2_499n, transactions: 3, held: 0n });
    await eventually(() => {
      const refunds = eventsOf(id).filter(({ type }) => type === 'payment.refunded');
      expect(refunds.map(({ data }) => data)).toMatchObject([
        { refundId: answers[0]?.refundId, refunded: { amountMinor: 1_000, currency: 'USD' } },
        { refundId: rest.refundId, refunded: { amountMinor: 1_499, currency: 'USD' } },
      ]);
    });
  });

  it('refuses more than is left, nothing left, another amount for the reference, and what was not captured', async () => {
    const { id } = await payments.captured();
    const { id: open } = await payments.claimed();
    const reference = newId();
    await payments.refund(id, 2_000n, reference);

    await expect(payments.refund(id, 500n)).rejects.toMatchObject({
      code: 'LIMIT_EXCEEDED',
      details: { remainingMinor: 499, currency: 'USD' },
    });
    await expect(payments.refund(id, 1n, reference)).rejects.toMatchObject({
      code: 'IDEMPOTENCY_KEY_REUSED',
    });
    await payments.refund(id, 499n);
    await expect(payments.refund(id, undefined)).rejects.toMatchObject({ code: 'LIMIT_EXCEEDED' });
    await expect(payments.refund(open, 1n)).rejects.toMatchObject({ code: 'INVALID_TRANSITION' });
    expect(await payments.books(id)).toMatchObject({ providerRefunded: 2_499n, refunded: 2_499n, held: 0n });
  });

  it('never gives back more than was captured, whoever asks at once, and the books agree', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 1, max: 900 }), { minLength: 4, maxLength: 10 }),
        async (amounts) => {
          const { id } = await payments.captured();

          const results = await Promise.allSettled(
            amounts.map((minor) => payments.refund(id, BigInt(minor))),
          );

          const given = amounts.reduce(
            (sum, minor, index) => sum + (results[index]?.status === 'fulfilled' ? BigInt(minor) : 0n),
            0n,
          );
          for (const result of results) {
            if (result.status === 'rejected') expect(result.reason).toMatchObject({ code: 'LIMIT_EXCEEDED' });
          }
          expect(given).toBeLessThanOrEqual(2_499n);
          expect(await payments.books(id)).toMatchObject({
            charges: 1,
            captured: 2_499n,
            refunded: given,
            providerRefunded: given,
            held: 2_499n - given,
          });
        },
      ),
      { numRuns: 10 },
    );
  });
});

describe('the ledger', () => {
  it('cannot be rewritten, doubled or left out of balance', async () => {
    const { id } = await payments.captured();
    const { pool } = payments.database();
    const insert =
      'insert into ledger_entries (transaction_id, account, debit_minor, credit_minor, currency, intent_id) ';

    const refusals: [string, unknown[], RegExp][] = [
      ['update ledger_entries set debit_minor = 1 where intent_id = $1', [id], /append-only/],
      ['delete from ledger_entries where intent_id = $1', [id], /append-only/],
      ['truncate ledger_entries', [], /append-only/],
      [`${insert} values ($2, 'provider_balance', 5, 0, 'USD', $1)`, [id, newId()], /does not balance/],
      [
        `${insert} select transaction_id, account, 5, 0, currency, intent_id from ledger_entries where intent_id = $1`,
        [id],
        /duplicate key/,
      ],
    ];

    for (const [statement, values, reason] of refusals) {
      await expect(pool.query(statement, values)).rejects.toThrowError(reason);
    }
    expect(await payments.books(id)).toMatchObject({ transactions: 1, held: 2_499n });
  });
});
