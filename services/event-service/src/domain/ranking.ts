/** What may be left unread in each month, on each day, and in what is read beside them. */
export interface Unread {
  /** Binary digits of the counts that are left out: a count of this many lies below 2 ^ digits. */
  readonly ofMonth: number;
  readonly ofDay: number;
  /** No term that is high up nowhere has a sum above it. */
  readonly most: number;
}

const LONGEST = 31;

/**
 * How little may be left unread so that terms with sums above `most` are all found. The sum of a term is at most what it has
 * in each month and on each day together (the threshold algorithm of Fagin, Lotem and Naor, 2001, with one threshold a list).
 * @param months how many are added up, as are `days`
 */
export function unreadBelow(most: number, months: number, days: number): Unread {
  const lists = days + 1;
  const ofDay = digitsWithin(most / (lists + months));
  const onDays = lists * below(ofDay);
  const ofMonth = months === 0 ? 0 : digitsWithin((most - onDays) / months);
  return { ofMonth, ofDay, most: onDays + months * below(ofMonth) };
}

/** The greatest count of so many binary digits. */
export function below(digits: number): number {
  return 2 ** digits - 1;
}

function digitsWithin(most: number): number {
  return Math.min(LONGEST, Math.floor(Math.log2(most + 1)));
}
