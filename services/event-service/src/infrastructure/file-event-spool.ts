import { readFileSync } from 'node:fs';
import { type FileHandle, open, readFile, truncate } from 'node:fs/promises';
import type { OnApplicationShutdown } from '@nestjs/common';
import { isBehaviourType, parseEvent } from '@vici/events';
import { DomainError, type Logger } from '@vici/utils';
import { z } from 'zod';
import type { BehaviourEvent } from '../application/check-event.js';
import { EventSpool, type SpooledBatch } from '../application/ports.js';
import { SpoolFolder } from './spool-folder.js';

const SEGMENT_BYTES = 4 * 1_048_576;
const RETRY_AFTER_SECONDS = 5;

const spooledLine = z.object({ token: z.string().optional(), events: z.array(z.unknown()) });

interface Writing {
  readonly line: string;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/**
 * The spool as files of one batch a line, each line on disk before it is acknowledged. New lines go to the newest
 * file; the oldest one is read as a whole and removed when it is done with.
 */
export class FileEventSpool extends EventSpool implements OnApplicationShutdown {
  readonly #folder: SpoolFolder;
  readonly #segments: number[];
  #newest: { readonly segment: number; readonly file: FileHandle; bytes: number } | undefined;
  #oldest: { readonly segment: number; readonly lines: readonly string[]; done: number } | undefined;
  #waiting: Writing[] = [];
  #writing: Promise<void> | undefined;
  #count = 0;
  #bytes = 0;

  /** Takes up what an earlier process left in the folder. @throws Error when a living process has the folder */
  constructor(
    path: string,
    private readonly maxBytes: number,
    logger: Logger,
  ) {
    super();
    this.#folder = new SpoolFolder(path);
    this.#folder.take();
    this.#segments = this.#folder.segments();
    for (const segment of this.#segments) {
      const { lines: all, done } = this.#linesOf(segment, readFileSync(this.#folder.pathOf(segment), 'utf8'));
      const lines = all.slice(done);
      this.#count += lines.length;
      this.#bytes += lines.reduce((sum, line) => sum + sizeOf(line), 0);
    }
    if (this.#count > 0) logger.info('Events of an earlier run wait on disk', { batches: this.#count });
  }

  get isEmpty(): boolean {
    return this.#count === 0;
  }

  get size(): number {
    return this.#bytes;
  }

  async add(batch: SpooledBatch): Promise<void> {
    const line = JSON.stringify(batch);
    if (this.#bytes + sizeOf(line) > this.maxBytes) {
      throw new DomainError('SERVICE_UNAVAILABLE', 'The event bus is away and no more events can be kept.', {
        retryAfterSeconds: RETRY_AFTER_SECONDS,
      });
    }
    this.#count += 1;
    this.#bytes += sizeOf(line);
    try {
      await this.#written(line);
    } catch (cause) {
      this.#forget(line);
      throw new DomainError('SERVICE_UNAVAILABLE', 'The events cannot be kept.', {}, { cause });
    }
  }

  async peek(): Promise<SpooledBatch | undefined> {
    for (;;) {
      this.#oldest ??= await this.#load();
      if (this.#oldest === undefined) return undefined;
      const line = this.#oldest.lines[this.#oldest.done];
      if (line !== undefined) return this.#read(line);
      this.#folder.remove(this.#oldest.segment);
      this.#oldest = undefined;
    }
  }

  async shift(): Promise<void> {
    const oldest = this.#oldest;
    const line = oldest?.lines[oldest.done];
    if (oldest === undefined || line === undefined) return;
    oldest.done += 1;
    this.#folder.moveCursor({ segment: oldest.segment, lines: oldest.done });
    this.#forget(line);
  }

  async onApplicationShutdown(): Promise<void> {
    await this.#writing;
    await this.#closeNewest();
    this.#folder.release();
  }

  /** Batches that arrive while others are being written share the next write, and its way to the disk. */
  #written(line: string): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#waiting.push({ line, resolve, reject });
    this.#writing ??= this.#write();
    return promise;
  }

  async #write(): Promise<void> {
    while (this.#waiting.length > 0) {
      const group = this.#waiting.splice(0);
      try {
        await this.#append(group.map(({ line }) => `${line}\n`).join(''));
        for (const { resolve } of group) resolve();
      } catch (error) {
        for (const { reject } of group) reject(error);
      }
    }
    this.#writing = undefined;
  }

  async #append(text: string): Promise<void> {
    this.#newest ??= await this.#openNext();
    const newest = this.#newest;
    try {
      await newest.file.appendFile(text);
      await newest.file.datasync();
    } catch (error) {
      // Nobody is told that these were kept: the file ends where it ended, and what comes next goes into another one.
      await this.#closeNewest();
      await truncate(this.#folder.pathOf(newest.segment), newest.bytes);
      throw error;
    }
    newest.bytes += Buffer.byteLength(text);
    if (newest.bytes >= SEGMENT_BYTES) await this.#closeNewest();
  }

  async #openNext() {
    const segment =
      (this.#segments.at(-1) ?? this.#oldest?.segment ?? this.#folder.cursor()?.segment ?? 0) + 1;
    const file = await open(this.#folder.pathOf(segment), 'ax');
    this.#segments.push(segment);
    return { segment, file, bytes: 0 };
  }

  async #closeNewest(): Promise<void> {
    const newest = this.#newest;
    this.#newest = undefined;
    await newest?.file.close();
  }

  async #load() {
    while (this.#writing !== undefined) await this.#writing;
    if (this.#segments[0] === this.#newest?.segment) await this.#closeNewest();
    const segment = this.#segments.shift();
    if (segment === undefined) return undefined;
    return this.#linesOf(segment, await readFile(this.#folder.pathOf(segment), 'utf8'));
  }

  #linesOf(segment: number, text: string) {
    const cursor = this.#folder.cursor();
    // What has no line's end was never acknowledged.
    const lines = text.split('\n').slice(0, -1);
    return { segment, lines, done: cursor?.segment === segment ? cursor.lines : 0 };
  }

  #read(line: string): SpooledBatch {
    const { token, events } = spooledLine.parse(JSON.parse(line));
    return { token, events: events.map((event) => behaviourEvent(JSON.stringify(event))) };
  }

  #forget(line: string): void {
    this.#count -= 1;
    this.#bytes -= sizeOf(line);
  }
}

/** For a process without a disk of its own: events that cannot be published are turned away. */
export class NoEventSpool extends EventSpool {
  readonly isEmpty = true;
  readonly size = 0;

  async add(): Promise<void> {
    throw new DomainError('SERVICE_UNAVAILABLE', 'The event bus is away.', {
      retryAfterSeconds: RETRY_AFTER_SECONDS,
    });
  }

  async peek(): Promise<undefined> {
    return undefined;
  }

  async shift(): Promise<void> {
    // Nothing ever waits.
  }
}

function behaviourEvent(json: string): BehaviourEvent {
  const event = parseEvent(json, isBehaviourType);
  if (event === undefined || !isBehaviour(event))
    throw new Error('The spool holds something else than events');
  return event;
}

function isBehaviour(event: { readonly type: string }): event is BehaviourEvent {
  return isBehaviourType(event.type);
}

/** Bytes of a line on disk. */
function sizeOf(line: string): number {
  return Buffer.byteLength(line) + 1;
}
