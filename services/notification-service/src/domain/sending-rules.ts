/** Hours of the day in which no marketing is sent; from 21 to 8 spans midnight. */
export interface QuietHours {
  readonly from: number;
  readonly to: number;
  /** IANA name of the zone the hours are of. */
  readonly timeZone: string;
}

const HOUR_MS = 3_600_000;
const DAY_HOURS = 24;

/** Milliseconds until the quiet hours that hold `now` end; 0 outside of them. */
export function quietFor(now: Date, { from, to, timeZone }: QuietHours): number {
  const time = new Intl.DateTimeFormat('en-GB', { timeZone, hour: '2-digit', minute: '2-digit' }).format(now);
  const [hours = 0, minutes = 0] = time.split(':').map(Number);
  const at = hours + minutes / 60;
  const isQuiet = from < to ? at >= from && at < to : at >= from || at < to;
  if (from === to || !isQuiet) return 0;
  return Math.ceil(((to - at + DAY_HOURS) % DAY_HOURS) * HOUR_MS);
}

/** @throws TypeError when it is not two hours: `21-8` */
export function parseQuietHours(text: string, timeZone: string): QuietHours {
  const [, from, to] = /^(\d{1,2})-(\d{1,2})$/.exec(text) ?? [];
  if (from === undefined || to === undefined) throw new TypeError('Quiet hours are two hours, such as 21-8');
  return { from: Number(from) % DAY_HOURS, to: Number(to) % DAY_HOURS, timeZone };
}
