import { setImmediate } from 'node:timers/promises';

/** Work on the event loop goes on so long, in milliseconds, before requests and events get their turn. */
const SLICE_MS = 3;

/** Does `work` for each item and lets others onto the event loop every few milliseconds. */
export async function inSlices<T>(items: Iterable<T>, work: (item: T) => void): Promise<void> {
  let started = performance.now();
  for (const item of items) {
    work(item);
    if (performance.now() - started < SLICE_MS) continue;
    await setImmediate();
    started = performance.now();
  }
}
