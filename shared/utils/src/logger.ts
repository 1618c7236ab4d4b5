import type { LoggerService } from '@nestjs/common';
import { createLogger, type Logger as WinstonLogger } from 'winston';
import TransportStream from 'winston-transport';
import { formatJson, formatPretty, type LogEntry, type LogFormat } from './log-format.js';
import { redact, redactFields } from './redact.js';
import { maskText } from './redact-patterns.js';
import { currentContext } from './request-context.js';
import { activeTraceId } from './tracing.js';

/** Severity, the weightiest last. */
export type LogLevel = (typeof LEVELS)[number];
const LEVELS = ['debug', 'info', 'warn', 'error'] as const;

/** What a log line says beside its message. */
export type LogFields = Readonly<Record<string, unknown>>;

/** How a logger writes. */
export interface LoggerOptions {
  readonly service: string;
  /** Least severity written, `info` by default; `silent` writes nothing. */
  readonly level?: string;
  readonly format?: LogFormat;
  /** Standard output by default. */
  readonly stream?: NodeJS.WritableStream;
}

/** Keys every line has; a field of the same name is written with the prefix `field_`. */
const RESERVED: ReadonlySet<string> = new Set([
  'timestamp',
  'level',
  'service',
  'message',
  'requestId',
  'traceId',
]);

/**
 * Writes log lines to one stream and knows when all of them have arrived.
 * Winston alone buffers in memory, and a process that exits then loses its last lines.
 */
class LineTransport extends TransportStream {
  readonly #stream: NodeJS.WritableStream;
  readonly #waiting: (() => void)[] = [];
  #pending = 0;

  constructor(stream: NodeJS.WritableStream) {
    super();
    this.#stream = stream;
  }

  /** Counts a line that is on its way through Winston. */
  expect(): void {
    this.#pending += 1;
  }

  override log(info: { readonly line: string }, next: () => void): void {
    // The stream keeps what it cannot pass on yet; Winston must not wait, it would only buffer the same lines.
    this.#stream.write(`${info.line}\n`, () => this.#arrived());
    next();
  }

  flush(): Promise<void> {
    if (this.#pending === 0) {
      return Promise.resolve();
    }
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  #arrived(): void {
    this.#pending -= 1;
    if (this.#pending === 0) {
      for (const resolve of this.#waiting.splice(0)) {
        resolve();
      }
    }
  }
}

interface Sink {
  /** Levels of which lines are written. */
  readonly levels: ReadonlySet<LogLevel>;
  readonly winston: WinstonLogger;
  readonly transport: LineTransport;
  readonly write: (entry: LogEntry) => string;
}

function openSink(options: LoggerOptions): Sink {
  const stream = options.stream ?? process.stdout;
  const transport = new LineTransport(stream);
  const silent = options.level === 'silent';
  const winston = createLogger({
    level: silent ? 'error' : (options.level ?? 'info'),
    silent,
    transports: [transport],
  });
  const colours = 'isTTY' in stream && stream.isTTY === true;
  const write =
    options.format === 'pretty'
      ? (entry: LogEntry) => formatPretty(entry, colours)
      : (entry: LogEntry) => formatJson(entry);
  const levels = LEVELS.filter((level) => !silent && winston.isLevelEnabled(level));
  return { levels: new Set(levels), winston, transport, write };
}

/**
 * The log of one service: one line per entry with time, level, service, request id and trace id.
 * Secrets and personal data are masked ({@link redact}); logging never throws.
 */
export class Logger {
  readonly #service: string;
  readonly #sink: Sink;
  readonly #bound: LogFields;

  constructor(options: LoggerOptions, inherited?: { readonly sink: Sink; readonly bound: LogFields }) {
    this.#service = options.service;
    this.#sink = inherited?.sink ?? openSink(options);
    this.#bound = inherited?.bound ?? {};
  }

  /** Whether lines of this level are written: for callers whose fields take time to gather. */
  writes(level: LogLevel): boolean {
    return this.#sink.levels.has(level);
  }

  debug(message: string, fields?: LogFields): void {
    this.#log('debug', message, fields);
  }

  info(message: string, fields?: LogFields): void {
    this.#log('info', message, fields);
  }

  warn(message: string, fields?: LogFields): void {
    this.#log('warn', message, fields);
  }

  error(message: string, fields?: LogFields): void {
    this.#log('error', message, fields);
  }

  /** A logger that adds these fields to every line; it writes to the same stream. */
  child(fields: LogFields): Logger {
    return new Logger({ service: this.#service }, { sink: this.#sink, bound: { ...this.#bound, ...fields } });
  }

  /** Resolves when every line logged before has been written to the stream. */
  flush(): Promise<void> {
    return this.#sink.transport.flush();
  }

  #log(level: LogLevel, message: string, fields: LogFields | undefined): void {
    const { winston, transport, write } = this.#sink;
    if (!this.writes(level)) {
      return;
    }
    transport.expect();
    winston.log({ level, message: '', line: write(this.#entry(level, message, fields)) });
  }

  #entry(level: LogLevel, message: string, fields: LogFields | undefined): LogEntry {
    const requestId = currentContext()?.requestId;
    const traceId = activeTraceId();
    return {
      timestamp: new Date().toISOString(),
      level,
      service: this.#service,
      message: maskText(String(message)),
      ...(requestId === undefined ? {} : { requestId }),
      ...(traceId === undefined ? {} : { traceId }),
      ...safeFields({ ...this.#bound, ...fields }),
    };
  }
}

function safeFields(fields: LogFields): Record<string, unknown> {
  const entries = Object.entries(redactFields(fields));
  return Object.fromEntries(entries.map(([key, value]) => [RESERVED.has(key) ? `field_${key}` : key, value]));
}

/** Nest's own messages in Vici's log; its start-up chatter is debug. */
export class NestLogger implements LoggerService {
  readonly #logger: Logger;

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  log(message: unknown, ...rest: unknown[]): void {
    this.#logger.debug(textOf(message), contextOf(rest));
  }

  debug(message: unknown, ...rest: unknown[]): void {
    this.#logger.debug(textOf(message), contextOf(rest));
  }

  verbose(message: unknown, ...rest: unknown[]): void {
    this.#logger.debug(textOf(message), contextOf(rest));
  }

  warn(message: unknown, ...rest: unknown[]): void {
    this.#logger.warn(textOf(message), contextOf(rest));
  }

  error(message: unknown, ...rest: unknown[]): void {
    const cause = message instanceof Error ? { error: message } : {};
    this.#logger.error(textOf(message), { ...contextOf(rest), ...cause });
  }

  fatal(message: unknown, ...rest: unknown[]): void {
    this.error(message, ...rest);
  }
}

function textOf(message: unknown): string {
  if (typeof message === 'string') {
    return message;
  }
  return message instanceof Error ? message.message : JSON.stringify(redact(message));
}

/** Nest passes the context as the last argument and, for errors, a stack before it. */
function contextOf(rest: readonly unknown[]): LogFields {
  const context = rest.at(-1);
  const [first] = rest;
  const stack = rest.length > 1 && first !== undefined ? { stack: first } : {};
  return context === undefined ? {} : { context, ...stack };
}
