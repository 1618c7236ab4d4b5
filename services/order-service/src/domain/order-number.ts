const DIGITS = 6;

/** What a person reads out: `VIC-2026-000123`. Past a million orders a year the number grows a digit. */
export function formatOrderNumber(year: number, sequence: number): string {
  return `VIC-${year}-${String(sequence).padStart(DIGITS, '0')}`;
}
