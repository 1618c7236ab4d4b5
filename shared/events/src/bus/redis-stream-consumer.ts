import { redisScript, runScript } from '@vici/utils';
import type { Redis } from 'ioredis';
import { z } from 'zod';
import { type GatheringLimits, GatheringPace } from '../retry/gathering-pace.js';
import { backoffDelay, pause } from './backoff.js';
import type { BusLogger, ReceivedMessage, SubscriptionOptions } from './event-bus.js';
import { RedisLease } from './redis-lease.js';
import { decodeEntry, type StreamEntry, streamEntry } from './redis-stream-entry.js';
import { leaseKey, streamKey } from './redis-stream-keys.js';
import type { StreamWatch } from './redis-stream-watch.js';

const STANDBY_POLL_MS = 200;
const ACKNOWLEDGE_RETRY_MS = 200;
/** What came while Redis was away is read within a second of its return. */
const LONGEST_READ_PAUSE_MS = 1_000;
const DEFAULT_MAX_BATCH = 100;
/**
 * What comes in a steady stream is handled in batches that grow with it, at a price that does not; what comes alone is
 * never kept waiting.
 */
const GATHERING: GatheringLimits = { shortestMs: 40, longestMs: 200 };

/**
 * The one consumer name inside a group. Only the holder of the lease reads, so all members can use
 * the same name, and what a dead member had not acknowledged needs no claiming by the next one.
 */
export const CONSUMER_NAME = 'owner';

/** Acknowledges what was handled, and reads on. */
const readScript = redisScript(`
if redis.call('GET', KEYS[2]) ~= ARGV[1] then return {'lost'} end
if #ARGV > 5 then redis.call('XACK', KEYS[1], ARGV[2], unpack(ARGV, 6)) end
for _, from in ipairs(ARGV[5] == '1' and {'0', '>'} or {'>'}) do
  local reply = redis.call('XREADGROUP', 'GROUP', ARGV[2], ARGV[3], 'COUNT', ARGV[4], 'STREAMS', KEYS[1], from)
  if reply and #reply[1][2] > 0 then return {from == '0' and 'again' or 'entries', reply[1][2]} end
end
local stream = redis.call('XINFO', 'STREAM', KEYS[1])
for index = 1, #stream, 2 do
  if stream[index] == 'last-generated-id' then return {'idle', stream[index + 1]} end
end`);

const acknowledgeScript = redisScript(`
if redis.call('GET', KEYS[2]) ~= ARGV[1] then return -1 end
return redis.call('XACK', KEYS[1], unpack(ARGV, 2))`);

const readReply = z.union([
  z.tuple([z.literal('lost')]),
  z.tuple([z.enum(['again', 'entries']), z.array(streamEntry)]),
  z.tuple([z.literal('idle'), z.string()]),
]);

/** What one consumer reads with; `commands` is shared. */
export interface StreamConsumerDependencies {
  readonly commands: Redis;
  readonly watch: StreamWatch;
  readonly logger: BusLogger;
}

/**
 * Consumes one topic for one group while it holds the group's lease, and stands by otherwise.
 * All of its state is in Redis: after a failed handler, a crash or a takeover it reads first what was delivered and
 * never acknowledged, in order, and new entries only when there is nothing of that kind.
 */
export class RedisStreamConsumer {
  readonly #stream: string;
  readonly #lease: RedisLease;
  readonly #stop = new AbortController();
  readonly #log: Record<string, unknown>;
  #lastSeenId: string | undefined;
  /** What was handled and is to be acknowledged, with the next read or at the end. */
  #handled: readonly string[] = [];
  /** Something may have been delivered that was not acknowledged. */
  #unsettled = true;
  /** In a row: a read that succeeds ends the row, however long ago its beginning was. */
  #readFailures = 0;
  #handlerFailures = 0;
  readonly #pace = new GatheringPace(GATHERING);
  #running: Promise<void> | undefined;

  constructor(
    private readonly topic: string,
    private readonly subscription: SubscriptionOptions,
    private readonly dependencies: StreamConsumerDependencies,
  ) {
    this.#stream = streamKey(topic);
    this.#lease = new RedisLease(dependencies.commands, leaseKey(topic, subscription.group));
    this.#log = { topic, group: subscription.group };
  }

  /** Creates the group if Redis can be reached, and starts consuming in any case. */
  async start(): Promise<void> {
    try {
      await this.#ensureGroup();
    } catch (error) {
      this.dependencies.logger.warn('Subscribed while Redis is away', { ...this.#log, error });
    }
    this.#running = this.#run();
  }

  /** Ends the batch in flight, acknowledges it and releases the lease. */
  async stop(): Promise<void> {
    this.#stop.abort();
    this.dependencies.watch.close();
    await this.#running;
    if (this.subscription.ephemeral === true) await this.#removeGroup();
  }

  async #removeGroup(): Promise<void> {
    try {
      await this.dependencies.commands.xgroup('DESTROY', this.#stream, this.subscription.group);
    } catch (error) {
      // The trimmer removes it once the retention has passed.
      this.dependencies.logger.warn('Group not removed', { ...this.#log, error });
    }
  }

  async #run(): Promise<void> {
    while (!this.#stop.signal.aborted) {
      try {
        if (await this.#lease.acquire()) await this.#consume();
        else await pause(STANDBY_POLL_MS, this.#stop.signal);
        this.#readFailures = 0;
      } catch (error) {
        if (this.#stop.signal.aborted) break;
        this.#readFailures += 1;
        const failures = this.#readFailures;
        this.dependencies.logger.warn('Reading the event bus failed', { ...this.#log, failures, error });
        await pause(backoffDelay(failures, { longestMs: LONGEST_READ_PAUSE_MS }), this.#stop.signal);
      }
    }
    await this.#release();
  }

  async #release(): Promise<void> {
    try {
      await this.#acknowledge();
      await this.#lease.release();
    } catch (error) {
      // The next member then waits until the lease runs out.
      this.dependencies.logger.warn('Lease not released', { ...this.#log, error });
    }
  }

  async #consume(): Promise<void> {
    try {
      await this.#ensureGroup();
      this.#unsettled = true;
      while (!this.#stop.signal.aborted && this.#lease.held) {
        const asked = performance.now();
        const reply = await this.#read();
        this.#readFailures = 0;
        this.#handled = [];
        if (reply[0] === 'lost') return;
        if (reply[0] !== 'again') this.#unsettled = false;
        if (reply[0] === 'idle') await this.#waitForEntriesAfter(reply[1]);
        else {
          await this.#process(reply[1]);
          await this.#collect(asked, reply[1].length);
        }
      }
    } finally {
      if (!this.#stop.signal.aborted) this.#lease.drop();
    }
  }

  /**
   * After Redis lost its data (the only way a group disappears), 'latest' goes on where it was
   * instead of missing what came in meanwhile.
   */
  async #ensureGroup(): Promise<void> {
    const start = this.subscription.from === 'latest' ? (this.#lastSeenId ?? '$') : '0';
    const { commands } = this.dependencies;
    try {
      await commands.xgroup('CREATE', this.#stream, this.subscription.group, start, 'MKSTREAM');
    } catch (error) {
      if (!(error instanceof Error) || !error.message.startsWith('BUSYGROUP')) throw error;
    }
  }

  async #read(): Promise<z.infer<typeof readReply>> {
    const keys = [this.#stream, this.#lease.key];
    const { group, maxBatch = DEFAULT_MAX_BATCH } = this.subscription;
    const options = [this.#lease.token, group, CONSUMER_NAME, maxBatch, this.#unsettled ? '1' : '0'];
    const args = [...options, ...this.#handled];
    return readReply.parse(await runScript(this.dependencies.commands, readScript, keys, args));
  }

  async #waitForEntriesAfter(id: string): Promise<void> {
    this.#lastSeenId = id;
    try {
      await this.dependencies.watch.entriesAfter(this.#stream, id);
    } catch (error) {
      if (!this.#stop.signal.aborted) throw error;
    }
  }

  /** Lets the next batch gather, unless more is waiting for sure. */
  async #collect(asked: number, size: number): Promise<void> {
    const { maxBatch = DEFAULT_MAX_BATCH } = this.subscription;
    const left = this.#pace.after(size) - (performance.now() - asked);
    if (left > 0 && size < maxBatch) await pause(left, this.#stop.signal);
  }

  async #process(entries: readonly StreamEntry[]): Promise<void> {
    const batch = this.#decode(entries);
    try {
      if (batch.length > 0) await this.subscription.handle(batch);
      this.#handlerFailures = 0;
    } catch (error) {
      this.#handlerFailures += 1;
      this.#unsettled = true;
      this.dependencies.logger.warn('Event handler failed; the batch comes again', {
        ...this.#log,
        firstOffset: batch[0]?.offset,
        failures: this.#handlerFailures,
        error,
      });
      await pause(backoffDelay(this.#handlerFailures), this.#stop.signal);
      return;
    }
    this.#lastSeenId = entries.at(-1)?.[0] ?? this.#lastSeenId;
    this.#handled = entries.map(([id]) => id);
  }

  #decode(entries: readonly StreamEntry[]): ReceivedMessage[] {
    const batch: ReceivedMessage[] = [];
    for (const [id, fields] of entries) {
      if (fields === null) {
        this.dependencies.logger.error('Entry deleted before it was handled', {
          ...this.#log,
          offset: id,
        });
      } else batch.push(decodeEntry(this.topic, id, fields));
    }
    return batch;
  }

  /** Tries as long as the lease is surely ours; afterwards the batch is somebody else's to repeat. */
  async #acknowledge(): Promise<void> {
    if (this.#handled.length === 0) return;
    const keys = [this.#stream, this.#lease.key];
    const args = [this.#lease.token, this.subscription.group, ...this.#handled];
    while (this.#lease.held) {
      try {
        await runScript(this.dependencies.commands, acknowledgeScript, keys, args);
        this.#handled = [];
        return;
      } catch (error) {
        if (!this.#lease.held) throw error;
        await new Promise((resolve) => setTimeout(resolve, ACKNOWLEDGE_RETRY_MS));
      }
    }
  }
}
