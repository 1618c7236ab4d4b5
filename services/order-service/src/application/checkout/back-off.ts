const FIRST_BACK_OFF_MS = 200;
const MAX_BACK_OFF_MS = 30_000;

/** How long to wait after so many failures in a row: doubling up to half a minute, with jitter. */
export function backOffMs(failures: number): number {
  const ceiling = Math.min(MAX_BACK_OFF_MS, FIRST_BACK_OFF_MS * 2 ** Math.min(failures, 16));
  return Math.round(ceiling * (0.5 + Math.random() / 2));
}
