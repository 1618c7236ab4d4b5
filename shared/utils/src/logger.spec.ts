import { Writable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { DomainError } from './domain/errors.js';
import { Logger, NestLogger } from './logger.js';
import { runInContext } from './request-context.js';

/** A stream that takes its time, as a full pipe does. */
class SlowStream extends Writable {
  text = '';

  constructor() {
    super({ highWaterMark: 64, decodeStrings: false });
  }

  override _write(chunk: string, _encoding: BufferEncoding, done: () => void): void {
    setImmediate(() => {
      this.text += chunk;
      done();
    });
  }

  get lines(): Record<string, unknown>[] {
    return this.text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line));
  }
}

function open(options: { level?: string; format?: 'json' | 'pretty' } = {}) {
  const stream = new SlowStream();
  return { stream, logger: new Logger({ service: 'order', stream, ...options }) };
}

describe('Logger', () => {
  it('writes one JSON line with time, level, service, message and fields', async () => {
    const { stream, logger } = open();
    logger.info('Order placed', { orderId: 'o-1', total: 2499n });
    await logger.flush();
    expect(stream.lines).toEqual([
      {
        timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
        level: 'info',
        service: 'order',
        message: 'Order placed',
        orderId: 'o-1',
        total: '2499',
      },
    ]);
  });

  it('adds the id of the request being served', async () => {
    const { stream, logger } = open();
    runInContext({ requestId: 'r-7', caller: { role: 'anonymous' } }, () => logger.warn('slow'));
    logger.warn('idle');
    await logger.flush();
    expect(stream.lines.map((line) => line.requestId)).toEqual(['r-7', undefined]);
  });

  it('masks secrets and personal data in message and fields', async () => {
    const { stream, logger } = open();
    logger.child({ cookie: 'sid=1' }).error('No mail to ada@example.com', {
      password: 'hunter2',
      error: new DomainError('INTERNAL', 'refused ada@example.com'),
    });
    await logger.flush();
    expect(stream.text).not.toMatch(/ada@|hunter2|sid=1/);
    expect(stream.lines[0]).toMatchObject({
      message: 'No mail to [redacted]',
      cookie: '[redacted]',
      password: '[redacted]',
      error: { name: 'DomainError', code: 'INTERNAL', message: 'refused [redacted]' },
    });
  });

  it('does not let a field replace what every line has', async () => {
    const { stream, logger } = open();
    logger.info('real', { message: 'fake', level: 'fake', service: 'fake', timestamp: 'fake' });
    await logger.flush();
    expect(stream.lines[0]).toMatchObject({ message: 'real', level: 'info', field_message: 'fake' });
  });

  it('keeps the bound fields of a child to that child', async () => {
    const { stream, logger } = open();
    const child = logger.child({ a: 1 }).child({ b: 2 });
    child.info('child', { b: 3 });
    logger.info('parent');
    await child.flush();
    expect(stream.lines[0]).toMatchObject({ a: 1, b: 3 });
    expect(stream.lines[1]).not.toHaveProperty('a');
  });

  it('writes nothing below its level, and nothing at all when silent', async () => {
    const { stream, logger } = open({ level: 'warn' });
    logger.info('no');
    logger.warn('yes');
    await logger.flush();
    expect(stream.lines.map((line) => line.message)).toEqual(['yes']);
    const quiet = open({ level: 'silent' });
    quiet.logger.error('no');
    await quiet.logger.flush();
    expect(quiet.stream.text).toBe('');
  });

  it('has written every line of a burst, in order, when flush resolves', async () => {
    const { stream, logger } = open();
    for (let index = 0; index < 1_000; index += 1) {
      logger.info('burst', { index });
    }
    await logger.flush();
    expect(stream.lines.map((line) => line.index)).toEqual(
      Array.from({ length: 1_000 }, (_, index) => index),
    );
  });

  it('is readable in a terminal, a stack on lines of its own', async () => {
    const { stream, logger } = open({ format: 'pretty' });
    const error = new Error('boom');
    error.stack = 'Error: boom\n    at place.ts:1:1';
    logger.error('It failed', { orderId: 'o-1', note: 'two words', error });
    await logger.flush();
    expect(stream.text.replace(/^\S+/, 'TIME')).toBe(
      "TIME ERROR order It failed orderId=o-1 note='two words'\nError: boom\n    at place.ts:1:1\n",
    );
  });
});

describe('NestLogger', () => {
  it('keeps the severity of problems, and takes start-up messages for debug', async () => {
    const { stream, logger } = open({ level: 'debug' });
    const nest = new NestLogger(logger);
    nest.log('Mapped', 'RouterExplorer');
    nest.warn('Odd', 'Injector');
    nest.error('Broken', 'Error: Broken\n at x', 'ExceptionHandler');
    nest.error(new Error('Thrown'));
    nest.fatal('Gone');
    await logger.flush();
    expect(stream.lines.map(({ level, message, context }) => [level, message, context])).toEqual([
      ['debug', 'Mapped', 'RouterExplorer'],
      ['warn', 'Odd', 'Injector'],
      ['error', 'Broken', 'ExceptionHandler'],
      ['error', 'Thrown', undefined],
      ['error', 'Gone', undefined],
    ]);
    expect(stream.lines[2]).toMatchObject({ stack: 'Error: Broken\n at x' });
    expect(stream.lines[3]).toMatchObject({ error: { message: 'Thrown' } });
  });
});
