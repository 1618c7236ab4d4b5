import { join } from 'node:path';
import { Writable } from 'node:stream';
import { RotatingLog } from './rotating-log.js';
import type { StackService } from './service-catalogue.js';

/** Where the logs of a data folder are. */
export function logPath(dataDir: string, service: string): string {
  return join(dataDir, 'logs', `${service}.log`);
}

/** Takes every log line of every service to its file and to whoever listens. */
export class ServiceLogs {
  readonly #dataDir: string;
  readonly #onLog: ((service: string, line: string) => void) | undefined;
  readonly #files = new Map<string, RotatingLog>();

  constructor(dataDir: string, onLog: ((service: string, line: string) => void) | undefined) {
    this.#dataDir = dataDir;
    this.#onLog = onLog;
  }

  line(service: StackService, line: string): void {
    if (line === '') {
      return;
    }
    this.#file(service).write(line);
    this.#onLog?.(service, line);
  }

  /** A stream for a service's logger: whole lines come in, one or several a write. */
  streamOf(service: StackService): NodeJS.WritableStream {
    return new Writable({
      decodeStrings: false,
      write: (chunk: unknown, _encoding, done) => {
        for (const line of String(chunk).split('\n')) {
          this.line(service, line);
        }
        done();
      },
    });
  }

  /** Something the supervisor has to say about a service, in the form of the service's own lines. */
  note(service: StackService, level: 'info' | 'warn' | 'error', message: string, fault?: unknown): void {
    const error =
      fault instanceof Error ? { name: fault.name, message: fault.message, stack: fault.stack } : fault;
    const timestamp = new Date().toISOString();
    this.line(service, JSON.stringify({ timestamp, level, service, message, error }));
  }

  async close(): Promise<void> {
    await Promise.all([...this.#files.values()].map((file) => file.close()));
  }

  #file(service: string): RotatingLog {
    const known = this.#files.get(service);
    if (known !== undefined) {
      return known;
    }
    const file = new RotatingLog(logPath(this.#dataDir, service));
    this.#files.set(service, file);
    return file;
  }
}
