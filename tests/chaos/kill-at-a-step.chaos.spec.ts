import type { LocalStack } from '@vici/local';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { expectInvariantsToHold } from '../support/invariants.ts';
import { Buyer, startChaosStack } from './chaos-stack.ts';
import {
  buyThroughADeath,
  cancelThroughADeath,
  declineThroughADeath,
  expectEachOrderOnce,
} from './kill-at.ts';
import type { Victim } from './scenarios.ts';

const START_MS = 180_000;
const SCENARIO_MS = 90_000;

let stack: LocalStack;
let buyer: Buyer;
let bought = 0;
beforeAll(async () => {
  stack = await startChaosStack();
  buyer = await new Buyer(stack).arrive();
}, START_MS);
afterAll(() => stack?.stop(), START_MS);

// Chosen from all combinations, which `npm run test:chaos` plays: each service that the checkout calls, each side of a
// call, both ways.
it.each<[Victim, string]>([
  ['order', 'order.saga.after-reserve-stock'],
  ['order', 'order.saga.before-capture-payment'],
  ['order', 'order.saga.after-capture-payment'],
  ['order', 'order.saga.after-confirm-order'],
  ['payment', 'order.saga.before-capture-payment'],
  ['inventory', 'order.saga.before-commit-stock'],
  ['cart', 'order.saga.before-clear-cart'],
  ['gateway', 'order.saga.after-create-order'],
  ['notification', 'order.saga.after-confirm-order'],
  ['event', 'order.saga.after-confirm-order'],
])(
  'the order is made and paid once when %s is killed at %s and started again',
  async (victim, point) => {
    await buyThroughADeath(stack, buyer, victim, point);
    bought += 1;
  },
  SCENARIO_MS,
);

it(
  'a declined order is paid by another card when order is killed while it gives the stock back',
  async () => {
    await declineThroughADeath(stack, buyer, 'order', 'order.saga.before-undo-reserve-stock');
    bought += 1;
  },
  SCENARIO_MS,
);

it(
  'a cancelled order gives back money and stock once when payment is killed before the refund',
  () => cancelThroughADeath(stack, buyer, 'payment', 'order.saga.before-undo-capture-payment'),
  SCENARIO_MS,
);

it(
  'and then every invariant of the shop holds',
  async () => {
    await expectInvariantsToHold(stack);
    await expectEachOrderOnce(buyer, bought);
    expect(bought).toBe(11);
  },
  SCENARIO_MS,
);
