const WEIGHT_PATTERN = /^(\d{1,6}(?:[.,]\d{1,4})?)\s*(kg|g|lbs?|oz)\b/i;
const GRAMS_PER: Readonly<Record<string, number>> = {
  kg: 1_000,
  g: 1,
  lb: 453.592_37,
  lbs: 453.592_37,
  oz: 28.349_523,
};

/** The weight in whole grams that specifications or attributes state, such as `{ Weight: '1.2 kg' }`, rounded up. */
export function statedWeight(facts: Readonly<Record<string, string>>): number | undefined {
  const stated = Object.entries(facts).find(([name]) => name.trim().toLowerCase() === 'weight')?.[1];
  const [, number = '', unit = ''] = WEIGHT_PATTERN.exec(stated?.trim() ?? '') ?? [];
  const grams = GRAMS_PER[unit.toLowerCase()];
  return grams === undefined ? undefined : Math.ceil(Number(number.replace(',', '.')) * grams);
}
