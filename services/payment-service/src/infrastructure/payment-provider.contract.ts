import { Money, newId } from '@vici/utils';
import { describe, expect, it } from 'vitest';
import type { PaymentProvider } from '../application/payment-provider.js';

/** A provider under test, and what the tests must know of it. */
export interface ProviderUnderTest {
  readonly provider: PaymentProvider;
  /** A method that pays. */
  readonly goodMethod: string;
  /** A method that is declined, and the code it is declined with. */
  readonly declinedMethod: { readonly method: string; readonly declineCode: string };
  /** How many charges the provider's own books hold for a payment. */
  charges(providerIntentId: string): Promise<number>;
}

/** What every payment provider promises, real or not. `subject` is called inside the tests. */
export function describePaymentProvider(name: string, subject: () => ProviderUnderTest): void {
  const amount = Money.of(2_499n, 'USD');
  const opened = async () => {
    const reference = newId();
    const intent = await subject().provider.createIntent({ reference, amount, idempotencyKey: newId() });
    return { reference, id: intent.id, intent };
  };
  const capture = (id: string, paymentMethod = subject().goodMethod, idempotencyKey: string = newId()) =>
    subject().provider.capture({ providerIntentId: id, paymentMethod, idempotencyKey });
  const captured = async () => {
    const { id } = await opened();
    await capture(id);
    return id;
  };

  describe(`${name} as a payment provider`, () => {
    it('opens a payment once a key, with a secret and nothing captured', async () => {
      const [reference, idempotencyKey] = [newId(), newId()];
      const open = () => subject().provider.createIntent({ reference, amount, idempotencyKey });

      const [first, second] = await Promise.all([open(), open()]);

      expect(first).toMatchObject({ reference, status: 'open', captured: Money.zero('USD') });
      expect(first.clientSecret).not.toBe('');
      expect(second).toEqual(first);
    });

    it('captures the whole amount, and answers the same when asked again with the key', async () => {
      const { id, reference } = await opened();
      const key = newId();

      const [first, second] = await Promise.all([
        capture(id, subject().goodMethod, key),
        capture(id, subject().goodMethod, key),
      ]);

      expect(first).toMatchObject({ id, reference, status: 'succeeded', captured: amount });
      expect(second).toEqual(first);
      expect(await subject().charges(id)).toBe(1);
    });

    it('never charges a second time, whatever the key and the method', async () => {
      const id = await captured();

      const answers = [await capture(id), await capture(id, subject().declinedMethod.method)];

      expect(answers.map(({ status }) => status)).toEqual(['succeeded', 'succeeded']);
      expect(await subject().charges(id)).toBe(1);
    });

    it('answers a decline with its code, and takes another method afterwards', async () => {
      const { id } = await opened();
      const { method, declineCode } = subject().declinedMethod;

      const first = await capture(id, method);
      expect(first).toMatchObject({ status: 'declined', declineCode, captured: Money.zero('USD') });
      expect(await subject().charges(id)).toBe(0);

      expect(await capture(id)).toMatchObject({ status: 'succeeded', captured: amount });
    });

    it('cancels what is not captured, and captures nothing afterwards', async () => {
      const { id } = await opened();
      const cancel = (key: string) =>
        subject().provider.cancel({ providerIntentId: id, idempotencyKey: key });

      expect(await cancel(newId())).toMatchObject({ status: 'cancelled' });
      expect(await cancel(newId())).toMatchObject({ status: 'cancelled' });
      expect(await capture(id)).toMatchObject({ status: 'cancelled', captured: Money.zero('USD') });
      expect(await subject().charges(id)).toBe(0);
    });

    it('answers a late cancel with the captured payment', async () => {
      const id = await captured();

      const answer = await subject().provider.cancel({ providerIntentId: id, idempotencyKey: newId() });

      expect(answer).toMatchObject({ status: 'succeeded', captured: amount });
    });

    it('refunds in parts, each once a key, and no more than was captured', async () => {
      const id = await captured();
      const refund = (minor: bigint, reference: string, idempotencyKey = newId()) =>
        subject().provider.refund({
          providerIntentId: id,
          reference,
          amount: Money.of(minor, 'USD'),
          idempotencyKey,
        });
      const [reference, key] = [newId(), newId()];

      const first = await refund(2_000n, reference, key);
      const again = await refund(2_000n, reference, key);

      expect(first).toMatchObject({ reference, amount: Money.of(2_000n, 'USD') });
      expect(again).toEqual(first);
      await expect(refund(500n, newId())).rejects.toMatchObject({ code: 'LIMIT_EXCEEDED' });
      expect(await refund(499n, newId())).toMatchObject({ amount: Money.of(499n, 'USD') });
    });

    it('tells how a payment stands', async () => {
      const { id, intent } = await opened();

      expect(await subject().provider.getIntent(id)).toEqual(intent);
      await capture(id);
      expect(await subject().provider.getIntent(id)).toMatchObject({ status: 'succeeded', captured: amount });
      await expect(subject().provider.getIntent(`${id}0`)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    });

    it('refuses a message it has not signed', () => {
      expect(() => subject().provider.parseWebhook('{}', 'a'.repeat(64))).toThrowError(
        expect.objectContaining({ code: 'INVALID_TOKEN' }),
      );
    });
  });
}
