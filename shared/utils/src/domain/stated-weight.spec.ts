import { describe, expect, it } from 'vitest';
import { statedWeight } from './stated-weight.js';

describe('the weight a product states', () => {
  it.each([
    ['1.2 kg', 1_200],
    ['1,25kg', 1_250],
    ['450 g (with bag)', 450],
    ['2 lb', 908],
    ['12 oz', 341],
    ['light', undefined],
    ['3 stone', undefined],
  ])('%s is %s grams', (text, grams) => {
    expect(statedWeight({ Colour: 'red', weight: text })).toBe(grams);
  });

  it('is unknown where nothing is stated', () => {
    expect(statedWeight({})).toBeUndefined();
  });
});
