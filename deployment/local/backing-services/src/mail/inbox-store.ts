import { appendFileSync, closeSync, openSync, renameSync, writeFileSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';

import { type InboxMessage, parseStoredMail, readMail, type UnreadMail } from './inbox-message.js';

/** A mail of the store as it stands in the file, which is read when somebody first asks for it. */
class StoredMail {
  readonly id: string;
  readonly line: string;
  #read: Promise<InboxMessage> | undefined;

  constructor(id: string, line: string) {
    this.id = id;
    this.line = line;
  }

  read(): Promise<InboxMessage> {
    this.#read ??= messageIn(this.line);
    return this.#read;
  }
}

/**
 * The newest `keep` mails, in memory and as one JSON line each in a file; the file is compacted as it grows. What changes it
 * returns when it is written: a line to a file that is open takes less time than to have a thread write it.
 */
export class InboxStore {
  readonly #path: string;
  readonly #keep: number;
  #mails: StoredMail[];
  #linesInFile = 0;
  #file: number | undefined;

  private constructor(path: string, keep: number, mails: StoredMail[]) {
    this.#path = path;
    this.#keep = keep;
    this.#mails = mails;
  }

  static async open(path: string, keep: number): Promise<InboxStore> {
    await mkdir(dirname(path), { recursive: true });
    const text = await readFile(path, 'utf8').catch(() => '');
    const mails = text.split('\n').flatMap((line) => parseStoredMail(line) ?? []);
    const store = new InboxStore(path, keep, mails.slice(-keep).map(stored));
    // Also drops a line a crash cut short, which would swallow the next one.
    store.#compact();
    return store;
  }

  /** newest first */
  list(): Promise<InboxMessage[]> {
    return Promise.all(this.#mails.toReversed().map((mail) => mail.read()));
  }

  async find(id: string): Promise<InboxMessage | undefined> {
    return await this.#mails.find((mail) => mail.id === id)?.read();
  }

  /** @throws Error when the mail could not be written; it is not kept then */
  add(mail: UnreadMail): void {
    const added = stored(mail);
    if (this.#linesInFile >= this.#keep * 2) this.#compact();
    this.#file ??= openSync(this.#path, 'a', 0o600);
    appendFileSync(this.#file, added.line);
    this.#linesInFile += 1;
    this.#mails.push(added);
    if (this.#mails.length > this.#keep) this.#mails.shift();
  }

  /** Forgets all mails. @throws Error when the file could not be emptied */
  clear(): void {
    this.#mails = [];
    this.#compact();
  }

  close(): void {
    if (this.#file === undefined) return;
    closeSync(this.#file);
    this.#file = undefined;
  }

  #compact(): void {
    this.close();
    writeFileSync(`${this.#path}.new`, this.#mails.map(({ line }) => line).join(''), { mode: 0o600 });
    renameSync(`${this.#path}.new`, this.#path);
    this.#linesInFile = this.#mails.length;
  }
}

function stored(mail: UnreadMail | InboxMessage): StoredMail {
  return new StoredMail(mail.id, `${JSON.stringify(mail)}\n`);
}

async function messageIn(line: string): Promise<InboxMessage> {
  const mail = parseStoredMail(line);
  if (mail === undefined) throw new Error('The store holds what is no mail');
  return 'raw' in mail ? await readMail(mail) : mail;
}
