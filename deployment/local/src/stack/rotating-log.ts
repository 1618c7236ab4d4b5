import {
  createWriteStream,
  existsSync,
  mkdirSync,
  openSync,
  renameSync,
  statSync,
  type WriteStream,
} from 'node:fs';
import { dirname } from 'node:path';

const ROTATE_AT_BYTES = 10 * 1024 * 1024;
const OLDER_FILES = 2;

/** A log file that is moved to `.1` and on to `.2` as it fills: at most three files of about 10 MB. */
export class RotatingLog {
  readonly #path: string;
  readonly #rotateAt: number;
  #stream: WriteStream;
  #size: number;
  #fault: Error | undefined;

  constructor(path: string, rotateAtBytes: number = ROTATE_AT_BYTES) {
    mkdirSync(dirname(path), { recursive: true });
    this.#path = path;
    this.#rotateAt = rotateAtBytes;
    this.#size = existsSync(path) ? statSync(path).size : 0;
    this.#stream = this.#open();
  }

  write(line: string): void {
    if (this.#size >= this.#rotateAt) {
      this.#rotate();
    }
    this.#size += Buffer.byteLength(line) + 1;
    this.#stream.write(`${line}\n`);
  }

  /** Resolves when all lines are in the file. Rejects when the disk refused some. */
  async close(): Promise<void> {
    await new Promise<void>((done) => {
      this.#stream.once('close', done);
      this.#stream.end();
    });
    if (this.#fault !== undefined) {
      throw new Error(`The log ${this.#path} is not complete.`, { cause: this.#fault });
    }
  }

  #rotate(): void {
    // What the old stream still holds goes into the renamed file: it writes by handle, not by name.
    this.#stream.end();
    for (let age = OLDER_FILES; age >= 1; age -= 1) {
      const from = age === 1 ? this.#path : `${this.#path}.${age - 1}`;
      if (existsSync(from)) {
        renameSync(from, `${this.#path}.${age}`);
      }
    }
    this.#size = 0;
    this.#stream = this.#open();
  }

  #open(): WriteStream {
    // Opened here and now: the next rotation must find the file, however soon it comes.
    const stream = createWriteStream(this.#path, { fd: openSync(this.#path, 'a', 0o600) });
    // A full disk must not end the shop; it is told at the end.
    stream.on('error', (error) => {
      this.#fault ??= error;
    });
    return stream;
  }
}
