import type { LocalStack } from '@vici/local';
import { expect } from 'vitest';
import type { Buyer } from './chaos-stack.ts';
import type { Victim } from './scenarios.ts';

/**
 * Kills a service while the checkout stands at a point, and starts it again while the checkout goes on. The one that
 * runs the checkout dies at the point itself.
 */
export async function killAt(
  stack: LocalStack,
  victim: Victim,
  point: string,
  act: () => Promise<unknown>,
): Promise<void> {
  if (victim === 'order') {
    const { died } = await stack.dieAt('order', point);
    await Promise.all([act(), died]);
    await stack.restart('order');
    return;
  }
  const held = await stack.holdAt('order', point);
  const acting = act();
  await held.reached;
  await stack.kill(victim, 'SIGKILL');
  await held.resume();
  await stack.restart(victim);
  await acting;
}

/** One purchase, with a death at a point of its checkout: in the end one order, paid and told once, and an empty cart. */
export async function buyThroughADeath(
  stack: LocalStack,
  buyer: Buyer,
  victim: Victim,
  point: string,
): Promise<string> {
  const intent = await buyer.openPayment();
  await killAt(stack, victim, point, () => buyer.confirm(intent));
  const { orderId } = await buyer.confirmUntilTold(intent);
  await buyer.cartIsEmptied();
  return orderId;
}

/** A declined payment, with a death on its way back: in the end the same order, paid by another card. */
export async function declineThroughADeath(
  stack: LocalStack,
  buyer: Buyer,
  victim: Victim,
  point: string,
): Promise<void> {
  const intent = await buyer.openPayment();
  await killAt(stack, victim, point, () => buyer.confirm(intent, 'pm_card_chargeDeclined'));
  await buyer.confirmUntilTold(intent);
  await buyer.cartIsEmptied();
}

/** An order that is cancelled, with a death on its way back: in the end money and stock are back. */
export async function cancelThroughADeath(
  stack: LocalStack,
  buyer: Buyer,
  victim: Victim,
  point: string,
): Promise<void> {
  const { orderId } = await buyer.confirmUntilTold(await buyer.openPayment());
  await buyer.cartIsEmptied();
  await killAt(stack, victim, point, () => buyer.cancel(orderId));
  await buyer.cancelUntilDone(orderId);
}

/** Every order of the buyer was told of by one mail, and there are as many as were bought. */
export async function expectEachOrderOnce(buyer: Buyer, bought: number): Promise<void> {
  const confirmed = (await buyer.orders()).filter(({ status }) => status === 'CONFIRMED');
  expect(confirmed).toHaveLength(bought);
  const mails = await Promise.all(confirmed.map((order) => buyer.mailsOf(order)));
  // A process that dies between the server's yes and its own note sends again, under the same Message-ID.
  expect(mails.filter((count) => count === 0)).toEqual([]);
}
