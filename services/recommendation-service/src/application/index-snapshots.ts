import { type BeforeApplicationShutdown, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { Clock, Logger, Metrics } from '@vici/utils';
import { ColumnReader, ColumnWriter } from '../domain/columns.js';
import { RecommendationIndex } from '../domain/recommendation-index.js';
import { IndexFollower } from './index-follower.js';
import { IndexLog, LOG_START } from './index-log.js';
import { LoopSlices } from './loop-slices.js';
import {
  type IndexSnapshot,
  type SnapshotOrigin,
  SnapshotPolicy,
  SnapshotStore,
  type StoredSnapshot,
} from './snapshot-store.js';

/** Of several replicas the first one whose turn it is takes the snapshot of this interval for all. */
const TAKEN_SHARE = 0.9;
/** What the logs have forgotten since may be missing from an index that goes on from an older one. */
const OLDEST_MS = 7 * 86_400_000;

/** Puts the index away now and then and at the end, so that a start need not read all logs from their beginning. */
@Injectable()
export class IndexSnapshots implements OnApplicationBootstrap, BeforeApplicationShutdown {
  readonly #taken;
  readonly #size;
  #timer: NodeJS.Timeout | undefined;
  #taking: Promise<void> | undefined;
  /** Where the last one was that this process knows of. */
  #last: SnapshotOrigin['positions'] | undefined;

  constructor(
    private readonly store: SnapshotStore,
    private readonly log: IndexLog,
    private readonly follower: IndexFollower,
    private readonly index: RecommendationIndex,
    private readonly slices: LoopSlices,
    private readonly policy: SnapshotPolicy,
    private readonly clock: Clock,
    private readonly logger: Logger,
    metrics: Metrics,
  ) {
    this.#taken = metrics.counter(
      'recommendation_snapshots_total',
      'Snapshots of the index, by what became of them.',
      ['result'],
    );
    this.#size = metrics.gauge('recommendation_snapshot_bytes', 'Size of the latest snapshot of the index.');
  }

  onApplicationBootstrap(): void {
    if (!this.store.isSet) return;
    this.#timer = setInterval(() => {
      this.#taking ??= this.#takeInTurn().finally(() => {
        this.#taking = undefined;
      });
    }, this.policy.everyMs);
  }

  async beforeApplicationShutdown(): Promise<void> {
    clearInterval(this.#timer);
    await this.#taking;
    if (this.store.isSet) await this.#attempt(() => this.take());
  }

  /** Takes the newest snapshot in that fits, before anything is learned. False where there is none: all is to be read. */
  async restore(): Promise<boolean> {
    if (!this.store.isSet) return false;
    try {
      const oldest = this.clock.now().getTime() - OLDEST_MS;
      for (const { name, takenAt } of await this.store.list()) {
        if (takenAt.getTime() >= oldest && (await this.#restoreFrom(name))) return true;
      }
    } catch (error) {
      this.logger.warn('Snapshots of the index cannot be had; it is built from the logs', { error });
    }
    return false;
  }

  /** Puts the index away as it is, unless nothing has happened since. */
  async take(): Promise<void> {
    const snapshot = await this.follower.atRest(() => this.#read());
    if (isSame(snapshot.positions, this.#last)) return;
    const { name, bytes } = await this.store.write(snapshot, this.clock.now());
    const erased = snapshot.positions.erasures !== this.#last?.erasures;
    this.#last = snapshot.positions;
    this.#size.set(bytes);
    this.#taken.inc({ result: 'taken' });
    this.logger.info('The index was put away', { name, bytes });
    // Whoever was erased is in none of those that are left.
    await this.#removeBut(erased ? 1 : this.policy.kept);
  }

  async #removeBut(kept: number): Promise<void> {
    const old = (await this.store.list()).slice(kept);
    await this.store.remove(old.map(({ name }) => name));
  }

  async #read(): Promise<IndexSnapshot> {
    const { interactions, basketLines, erasures } = this.follower.positions;
    const columns = new ColumnWriter();
    await this.slices.each(this.index.save(columns), () => undefined);
    return {
      logs: await this.log.identity(),
      settings: this.index.settings,
      positions: { interactions, basketLines, erasures },
      columns: columns.columns(),
    };
  }

  async #restoreFrom(name: string): Promise<boolean> {
    let snapshot: IndexSnapshot;
    try {
      snapshot = await this.store.read(name);
    } catch (error) {
      this.logger.warn('A snapshot of the index cannot be used', { name, error });
      return false;
    }
    const fault = await this.#faultOf(snapshot);
    if (fault !== undefined) {
      this.logger.warn('A snapshot of the index cannot be used', { name, fault });
      return false;
    }
    await this.slices.each(this.index.load(new ColumnReader(snapshot.columns)), () => undefined);
    this.follower.resumeFrom({ ...LOG_START, ...snapshot.positions });
    this.#last = snapshot.positions;
    this.logger.info('The index goes on from a snapshot', { name });
    return true;
  }

  async #faultOf({ logs, settings, positions }: SnapshotOrigin): Promise<string | undefined> {
    const heads = await this.log.heads();
    // Of a copy restored to an earlier state. Interactions are no witness: those of the erased are taken out.
    const ahead = positions.basketLines > heads.basketLines || positions.erasures > heads.erasures;
    if (logs !== (await this.log.identity()) || ahead) return 'It is of another database.';
    const own = Object.entries(this.index.settings);
    return own.every(([name, value]) => settings[name] === value)
      ? undefined
      : 'The settings are not the same.';
  }

  async #takeInTurn(): Promise<void> {
    await this.#attempt(async () => {
      const [newest]: readonly StoredSnapshot[] = await this.store.list();
      const age = this.clock.now().getTime() - (newest?.takenAt.getTime() ?? 0);
      if (age >= TAKEN_SHARE * this.policy.everyMs) await this.take();
    });
  }

  async #attempt(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.#taken.inc({ result: 'failed' });
      this.logger.warn('The index could not be put away', { error });
    }
  }
}

function isSame(one: SnapshotOrigin['positions'], other: SnapshotOrigin['positions'] | undefined): boolean {
  return (
    one.interactions === other?.interactions &&
    one.basketLines === other.basketLines &&
    one.erasures === other.erasures
  );
}
