/** What a stock code stands for. */
export type StockCodeKind =
  /** Five digits with or without letters behind them, or an article of the web shop (DCGS…). */
  | 'article'
  /** Postage, fees, vouchers, corrections. */
  | 'other';

const ARTICLE = /^(?:\d{5}[A-Z]{0,3}|DCGS[A-Z0-9]+)$/;

/** Articles by their code that are none by their name: carriage, vouchers, stock corrections. */
const SERVICE_NAME =
  /\b(?:next day carriage|postage|gift voucher|adjust(?:ment|ed)?|high resolution image)\b/i;

/** The code as it is compared: `85123a` and `85123A` are the same article. */
export function normalCode(code: string): string {
  return code.trim().toUpperCase();
}

/**
 * What a normal code stands for. Articles are recognised by the shape of their code, which leaves out POST, DOT, C2, D,
 * M, B, S, PADS, CRUK, AMAZONFEE, BANK CHARGES and GIFT_0001_….
 */
export function kindOfCode(code: string): StockCodeKind {
  return ARTICLE.test(code) ? 'article' : 'other';
}

/** Whether an article's name shows that it is not a product after all. */
export function namesService(name: string): boolean {
  return SERVICE_NAME.test(name);
}
