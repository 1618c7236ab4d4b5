import { setImmediate } from 'node:timers';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { Metrics } from '@vici/utils';
import { SerialLane } from './serial-lane.js';

/** All work in slices together holds the event loop so long, in milliseconds, before requests and events get their turn. */
const SLICE_MS = 3;
const BUCKETS_SECONDS = [0.001, 0.002, 0.003, 0.004, 0.005, 0.0075, 0.01, 0.025, 0.05, 0.1];

/** Does long work piece by piece and lets others onto the event loop every few milliseconds, however many such works run. */
@Injectable()
export class LoopSlices {
  readonly #lane = new SerialLane();
  readonly #held;
  #spentMs = 0;

  constructor(metrics: Metrics) {
    this.#held = metrics.histogram(
      'recommendation_loop_held_seconds',
      'How long work on index and lists held the event loop at a stretch.',
      [],
      BUCKETS_SECONDS,
    );
  }

  /** Does `work` for each item; several calls take turns. @throws what `work` throws, and stops there */
  async each<T>(items: Iterable<T>, work: (item: T) => void): Promise<void> {
    const iterator = items[Symbol.iterator]();
    for (let more = true; more; ) more = await this.#lane.run(() => this.#slice(iterator, work));
  }

  /** False when there was nothing left to do. */
  async #slice<T>(iterator: Iterator<T>, work: (item: T) => void): Promise<boolean> {
    if (this.#spentMs >= SLICE_MS) await nextTurn();
    // What a turn has spent is forgotten when it ends.
    if (this.#spentMs === 0) {
      setImmediate(() => {
        this.#spentMs = 0;
      });
    }
    const started = performance.now();
    try {
      for (let next = iterator.next(); next.done !== true; next = iterator.next()) {
        work(next.value);
        if (this.#spentMs + performance.now() - started >= SLICE_MS) return true;
      }
      return false;
    } finally {
      const milliseconds = performance.now() - started;
      this.#spentMs += milliseconds;
      this.#held.observe(milliseconds / 1_000);
    }
  }
}
