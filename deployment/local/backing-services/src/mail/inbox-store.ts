import { type FileHandle, mkdir, open, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';

import type { InboxMessage } from './inbox-message.js';
import { parseStoredMessage } from './inbox-message.js';

/** Lines that go to the file together, and when they are there. */
interface Batch {
  readonly lines: string[];
  readonly written: Promise<void>;
}

/** The newest `keep` mails, in memory and as one JSON line each in a file; the file is compacted as it grows. */
export class InboxStore {
  readonly #path: string;
  readonly #keep: number;
  #messages: InboxMessage[];
  #linesInFile: number;
  #writing: Promise<void> = Promise.resolve();
  /** Takes every mail that comes before its turn to be written. */
  #next: Batch | undefined;
  #file: FileHandle | undefined;

  private constructor(path: string, keep: number, messages: InboxMessage[], linesInFile: number) {
    this.#path = path;
    this.#keep = keep;
    this.#messages = messages;
    this.#linesInFile = linesInFile;
  }

  static async open(path: string, keep: number): Promise<InboxStore> {
    await mkdir(dirname(path), { recursive: true });
    const text = await readFile(path, 'utf8').catch(() => '');
    const messages = text.split('\n').flatMap((line) => parseStoredMessage(line) ?? []);
    const store = new InboxStore(path, keep, messages.slice(-keep), messages.length);
    // Also drops a line a crash cut short, which would swallow the next one.
    await store.#write(() => store.#compact());
    return store;
  }

  /** newest first */
  list(): InboxMessage[] {
    return this.#messages.toReversed();
  }

  find(id: string): InboxMessage | undefined {
    return this.#messages.find((message) => message.id === id);
  }

  /** Resolves when the mail is in the file. */
  add(message: InboxMessage): Promise<void> {
    this.#messages = [...this.#messages, message].slice(-this.#keep);
    this.#next ??= this.#newBatch();
    this.#next.lines.push(lineOf(message));
    return this.#next.written;
  }

  /** Forgets all mails at once; the returned promise tells when the file is empty too. */
  clear(): Promise<void> {
    this.#messages = [];
    return this.#write(() => this.#compact());
  }

  /** Resolves when all that was asked before is written. */
  async close(): Promise<void> {
    await this.#write(() => this.#closeFile());
  }

  #newBatch(): Batch {
    const lines: string[] = [];
    const written = this.#write(async () => {
      this.#next = undefined;
      await this.#append(lines);
    });
    return { lines, written };
  }

  async #append(lines: readonly string[]): Promise<void> {
    if (lines.length === 0) return;
    if (this.#linesInFile >= this.#keep * 2) {
      await this.#compact();
    } else {
      this.#file ??= await open(this.#path, 'a', 0o600);
      await this.#file.appendFile(lines.join(''));
      this.#linesInFile += lines.length;
    }
  }

  async #compact(): Promise<void> {
    const messages = this.#messages;
    const waiting = this.#next?.lines;
    const included = waiting?.length ?? 0;
    await this.#closeFile();
    await writeFile(`${this.#path}.new`, messages.map(lineOf).join(''), { mode: 0o600 });
    await rename(`${this.#path}.new`, this.#path);
    this.#linesInFile = messages.length;
    waiting?.splice(0, included);
  }

  async #closeFile(): Promise<void> {
    const file = this.#file;
    this.#file = undefined;
    await file?.close();
  }

  /** One write after the other, in the order asked; a failed one does not stop the next. */
  #write(work: () => Promise<void>): Promise<void> {
    const next = this.#writing.then(work, work);
    this.#writing = next.catch(() => undefined);
    return next;
  }
}

function lineOf(message: InboxMessage): string {
  return `${JSON.stringify(message)}\n`;
}
