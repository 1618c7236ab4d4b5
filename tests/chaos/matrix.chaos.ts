import type { LocalStack } from '@vici/local';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { expectInvariantsToHold } from '../support/invariants.ts';
import { Buyer, startChaosStack } from './chaos-stack.ts';
import {
  buyThroughADeath,
  cancelThroughADeath,
  declineThroughADeath,
  expectEachOrderOnce,
} from './kill-at.ts';
import { CANCEL, DECLINE, FORWARD, OWN_POINTS, SERVICES } from './scenarios.ts';

const START_MS = 180_000;
const SCENARIO_MS = 120_000;
/** Those the way back calls. */
const ON_THE_WAY_BACK = ['order', 'payment', 'inventory', 'cart'] as const;

let stack: LocalStack;
beforeAll(async () => {
  stack = await startChaosStack();
}, START_MS);
afterAll(() => stack?.stop(), START_MS);

describe.each(SERVICES)('with %s killed', (victim) => {
  let buyer: Buyer;
  let bought = 0;
  beforeAll(async () => {
    buyer = await new Buyer(stack).arrive();
  }, SCENARIO_MS);

  it.each(FORWARD)(
    'at %s the order is made and paid once',
    async (point) => {
      await buyThroughADeath(stack, buyer, victim, point);
      bought += 1;
    },
    SCENARIO_MS,
  );

  it(
    'every invariant holds',
    async () => {
      await expectInvariantsToHold(stack);
      await expectEachOrderOnce(buyer, bought);
    },
    SCENARIO_MS,
  );
});

describe.each(ON_THE_WAY_BACK)('with %s killed on the way back', (victim) => {
  let buyer: Buyer;
  let bought = 0;
  beforeAll(async () => {
    buyer = await new Buyer(stack).arrive();
  }, SCENARIO_MS);

  it.each(DECLINE)(
    'of a decline at %s the order is paid by another card',
    async (point) => {
      await declineThroughADeath(stack, buyer, victim, point);
      bought += 1;
    },
    SCENARIO_MS,
  );

  it.each(CANCEL)(
    'of a cancellation at %s money and stock go back once',
    (point) => cancelThroughADeath(stack, buyer, victim, point),
    SCENARIO_MS,
  );

  it(
    'every invariant holds',
    async () => {
      await expectInvariantsToHold(stack);
      await expectEachOrderOnce(buyer, bought);
    },
    SCENARIO_MS,
  );
});

describe('with a service dying at a point of its own', () => {
  let buyer: Buyer;
  beforeAll(async () => {
    buyer = await new Buyer(stack).arrive();
  }, SCENARIO_MS);

  it.each(OWN_POINTS)(
    '%s at %s, the order is made and paid once',
    async (victim, point) => {
      const intent = await buyer.openPayment();
      const { died } = await stack.dieAt(victim, point);
      await Promise.all([buyer.confirm(intent), died]);
      await stack.restart(victim);
      await buyer.confirmUntilTold(intent);
      await buyer.cartIsEmptied();
    },
    SCENARIO_MS,
  );

  it(
    'every invariant holds',
    async () => {
      await expectInvariantsToHold(stack);
      await expectEachOrderOnce(buyer, OWN_POINTS.length);
    },
    SCENARIO_MS,
  );
});
