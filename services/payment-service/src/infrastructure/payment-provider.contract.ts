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
  /** The shopper approves the payment in the browser. */
  authorize(providerIntentId: string): Promise<void>;
  /** Somebody refunds at the provider, without this service. */
  refundByHand(providerIntentId: string, amount: Money): Promise<void>;
}

/** What every payment provider promises, real or not. `subject` is called inside the tests. */
export function describePaymentProvider(name: string, subject: () => ProviderUnderTest): void {
  const amount = Money.of(2_499n, 'USD');
  const opened = async () => {
    const reference = newId();
    const intent = await subject().provider.createIntent({ reference, amount, idempotencyKey: newId() });
    return { reference, id: intent.id, intent };
  };
  const confirm = (id: string, paymentMethod = subject().goodMethod, idempotencyKey: string = newId()) =>
    subject().provider.confirm({ providerIntentId: id, paymentMethod, idempotencyKey });
  const capture = (id: string, idempotencyKey: string = newId()) =>
    subject().provider.capture({ providerIntentId: id, idempotencyKey });
  const cancel = (id: string, idempotencyKey: string = newId()) =>
    subject().provider.cancel({ providerIntentId: id, idempotencyKey });
  const captured = async () => {
    const { id } = await opened();
    await confirm(id);
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

    it('takes the whole amount when confirmed, and answers the same when asked again with the key', async () => {
      const { id, reference } = await opened();
      const key = newId();

      const [first, second] = await Promise.all([
        confirm(id, subject().goodMethod, key),
        confirm(id, subject().goodMethod, key),
      ]);

      expect(first).toMatchObject({ id, reference, status: 'succeeded', captured: amount });
      expect(second).toEqual(first);
      expect(await subject().charges(id)).toBe(1);
    });

    it('never charges a second time, whatever the key and the method', async () => {
      const id = await captured();

      const answers = [await confirm(id), await confirm(id, subject().declinedMethod.method)];

      expect(answers.map(({ status }) => status)).toEqual(['succeeded', 'succeeded']);
      expect(await subject().charges(id)).toBe(1);
    });

    it('answers a decline with its code, and takes another method afterwards', async () => {
      const { id } = await opened();
      const { method, declineCode } = subject().declinedMethod;

      const first = await confirm(id, method);
      expect(first).toMatchObject({ status: 'declined', declineCode, captured: Money.zero('USD') });
      expect(await subject().charges(id)).toBe(0);

      expect(await confirm(id)).toMatchObject({ status: 'succeeded', captured: amount });
    });

    it('cancels what is not captured, and captures nothing afterwards', async () => {
      const { id } = await opened();

      expect(await cancel(id)).toMatchObject({ status: 'cancelled' });
      expect(await cancel(id)).toMatchObject({ status: 'cancelled' });
      expect(await confirm(id)).toMatchObject({ status: 'cancelled', captured: Money.zero('USD') });
      expect(await subject().charges(id)).toBe(0);
    });

    it('answers a late cancel with the captured payment', async () => {
      const id = await captured();

      const answer = await cancel(id);

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

      expect(first).toMatchObject({ reference, amount: Money.of(2_000n, 'USD'), status: 'succeeded' });
      expect(again).toEqual(first);
      await expect(refund(500n, newId())).rejects.toMatchObject({ code: 'LIMIT_EXCEEDED' });
      expect(await refund(499n, newId())).toMatchObject({ amount: Money.of(499n, 'USD') });
    });

    it('tells how a payment stands', async () => {
      const { id, intent } = await opened();

      expect(await subject().provider.getIntent(id)).toEqual(intent);
      await confirm(id);
      expect(await subject().provider.getIntent(id)).toMatchObject({ status: 'succeeded', captured: amount });
      await expect(subject().provider.getIntent(`${id}0`)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    });

    it('takes what the shopper approved in the browser when told to, once, and no sooner', async () => {
      const { id } = await opened();
      await subject().authorize(id);

      expect(await confirm(id)).toMatchObject({ status: 'authorized', captured: Money.zero('USD') });
      expect(await subject().charges(id)).toBe(0);
      const key = newId();
      const [first, second] = await Promise.all([capture(id, key), capture(id, key)]);

      expect(first).toMatchObject({ status: 'succeeded', captured: amount });
      expect(second).toEqual(first);
      expect(await capture(id)).toMatchObject({ status: 'succeeded' });
      expect(await subject().charges(id)).toBe(1);
    });

    it('frees what was approved when it is cancelled, and captures nothing that was not approved', async () => {
      const [approved, open] = [await opened(), await opened()];
      await subject().authorize(approved.id);

      expect(await cancel(approved.id)).toMatchObject({ status: 'cancelled' });
      expect(await capture(approved.id)).toMatchObject({ status: 'cancelled' });
      expect(await capture(open.id)).toMatchObject({ status: 'open' });
      expect(await subject().charges(open.id)).toBe(0);
    });

    it('refuses a key that came with another request', async () => {
      const [one, other] = [await opened(), await opened()];
      const key = newId();
      await confirm(one.id, subject().goodMethod, key);

      await expect(confirm(other.id, subject().goodMethod, key)).rejects.toMatchObject({
        code: 'IDEMPOTENCY_KEY_REUSED',
      });
      expect(await subject().charges(other.id)).toBe(0);
    });

    it('lists its payments and refunds, also those made by hand', async () => {
      const before = new Date(Date.now() - 60_000);
      const [id, { id: unpaid }] = [await captured(), await opened()];
      const reference = newId();
      const part = Money.of(300n, 'USD');
      await subject().provider.refund({
        providerIntentId: id,
        reference,
        amount: part,
        idempotencyKey: newId(),
      });
      await subject().refundByHand(id, Money.of(200n, 'USD'));

      const listed = await all(subject().provider.transactions(before, new Date(Date.now() + 60_000)));
      const of = (wanted: string) => listed.find(({ intent }) => intent.id === wanted);
      const refunds = await subject().provider.refundsOf(id);

      expect(of(id)).toMatchObject({ intent: { captured: amount }, refunded: Money.of(500n, 'USD') });
      expect(of(unpaid)).toMatchObject({ intent: { status: 'open' }, refunded: Money.zero('USD') });
      expect(refunds.map((refund) => refund.reference).sort()).toEqual([reference, undefined]);
      expect(await all(subject().provider.transactions(before, before))).toEqual([]);
    });

    it('keeps methods for a customer, who alone can pay with them', async () => {
      const { provider, goodMethod, declinedMethod } = subject();
      const customer = () => provider.createCustomer({ reference: newId(), idempotencyKey: newId() });
      const [mine, theirs] = [await customer(), await customer()];
      const save = (customerId: string, paymentMethod: string) =>
        provider.saveMethod({ customerId, paymentMethod, idempotencyKey: newId() });

      const saved = await save(mine, goodMethod);
      expect(saved).toMatchObject({ kind: 'card', brand: 'visa', last4: '4242' });
      await expect(save(mine, declinedMethod.method)).rejects.toMatchObject({ code: 'PAYMENT_DECLINED' });
      expect(await provider.savedMethods(mine)).toEqual([saved]);
      expect(await provider.savedMethods(theirs)).toEqual([]);

      const pay = async (customerId: string) => {
        const { id } = await opened();
        const paymentMethod = saved.id;
        return await provider.confirm({
          providerIntentId: id,
          paymentMethod,
          customerId,
          idempotencyKey: newId(),
        });
      };
      expect(await pay(mine)).toMatchObject({ status: 'succeeded', captured: amount });
      expect(await pay(theirs)).toMatchObject({ status: 'declined', captured: Money.zero('USD') });

      const remove = (customerId: string) =>
        provider.removeMethod({ customerId, methodId: saved.id, idempotencyKey: newId() });
      await expect(remove(theirs)).rejects.toMatchObject({ code: 'NOT_FOUND' });
      await remove(mine);
      expect(await provider.savedMethods(mine)).toEqual([]);
      await expect(remove(mine)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    });

    it('refuses a message it has not signed', () => {
      expect(() => subject().provider.parseWebhook('{}', 'a'.repeat(64))).toThrowError(
        expect.objectContaining({ code: 'INVALID_TOKEN' }),
      );
    });
  });
}

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const item of items) list.push(item);
  return list;
}
