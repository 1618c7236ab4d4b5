import { describe, expect, it } from 'vitest';
import { RetryBudget } from './retry-budget.js';

function spendAll(budget: RetryBudget): number {
  let spent = 0;
  while (budget.spend()) {
    spent += 1;
  }
  return spent;
}

describe('the retry budget', () => {
  it('starts with ten retries and then earns one for every ten calls', () => {
    const budget = new RetryBudget();
    expect(spendAll(budget)).toBe(10);
    for (let call = 0; call < 31; call += 1) {
      budget.earn();
    }

    expect(spendAll(budget)).toBe(3);
  });

  it('saves no more than ten', () => {
    const budget = new RetryBudget();
    for (let call = 0; call < 1000; call += 1) {
      budget.earn();
    }

    expect(spendAll(budget)).toBe(10);
  });
});
