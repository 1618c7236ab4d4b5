import { appendFile, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';

import type { InboxMessage } from './inbox-message.js';
import { parseStoredMessage } from './inbox-message.js';

/** The newest `keep` mails, in memory and as one JSON line each in a file; the file is compacted as it grows. */
export class InboxStore {
  readonly #path: string;
  readonly #keep: number;
  #messages: InboxMessage[];
  #linesInFile: number;
  #writing: Promise<void> = Promise.resolve();

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
  async add(message: InboxMessage): Promise<void> {
    this.#messages = [...this.#messages, message].slice(-this.#keep);
    await this.#write(async () => {
      if (this.#linesInFile >= this.#keep * 2) {
        await this.#compact();
      } else {
        await appendFile(this.#path, `${JSON.stringify(message)}\n`, { mode: 0o600 });
        this.#linesInFile += 1;
      }
    });
  }

  /** Forgets all mails at once; the returned promise tells when the file is empty too. */
  clear(): Promise<void> {
    this.#messages = [];
    return this.#write(() => this.#compact());
  }

  /** Resolves when all that was asked before is written. */
  async flush(): Promise<void> {
    await this.#write(async () => undefined);
  }

  async #compact(): Promise<void> {
    const messages = this.#messages;
    const lines = messages.map((message) => `${JSON.stringify(message)}\n`).join('');
    await writeFile(`${this.#path}.new`, lines, { mode: 0o600 });
    await rename(`${this.#path}.new`, this.#path);
    this.#linesInFile = messages.length;
  }

  /** One write after the other, in the order asked; a failed one does not stop the next. */
  #write(work: () => Promise<void>): Promise<void> {
    const next = this.#writing.then(work, work);
    this.#writing = next.catch(() => undefined);
    return next;
  }
}
