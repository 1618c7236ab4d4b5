import type { LevelChange } from './stock-sheet.js';

/** What the shop wants to be told of beside the change itself. */
export type StockSignal = 'stock.low' | 'stock.depleted' | 'stock.replenished';

/** Depleted: the last unit went; replenished: the first came; low: available fell to the threshold or below it. */
export function signalsOf({ before, after }: LevelChange, lowThreshold: number): StockSignal[] {
  const signals: StockSignal[] = [];
  if (before.available > lowThreshold && after.available <= lowThreshold) signals.push('stock.low');
  if (before.available > 0 && after.available === 0) signals.push('stock.depleted');
  if (before.available === 0 && after.available > 0) signals.push('stock.replenished');
  return signals;
}
