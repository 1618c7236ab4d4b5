import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DomainError } from './domain/errors.js';
import { redact } from './redact.js';

describe('redact', () => {
  it.each([
    'password',
    'newPasswordHash',
    'accessToken',
    'reset_token',
    'Authorization',
    'set-cookie',
    'clientSecret',
    'cardNumber',
    'card',
    'cvc',
    'email',
    'customerEmail',
    'shippingAddress',
    'apiKey',
    'phone',
  ])('hides the value under %s', (key) => {
    expect(redact({ [key]: 'x' })).toEqual({ [key]: '[redacted]' });
    expect(redact({ [key]: { nested: 1 } })).toEqual({ [key]: '[redacted]' });
    expect(redact({ [key]: 4242 })).toEqual({ [key]: '[redacted]' });
  });

  it('leaves alone keys that merely resemble one, and flags', () => {
    const harmless = {
      discarded: 3,
      cardinality: 7,
      spanId: 'a1',
      panels: 2,
      emailVerified: true,
      tokenized: 'x',
      address: '0.0.0.0:3000',
      at: 1763920000009,
    };
    expect(redact(harmless)).toEqual(harmless);
  });

  it.each([
    ['sent to ada.l+x@mail.example.co.uk today', 'sent to [redacted] today'],
    ['jwt eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc-_1', 'jwt [redacted]'],
    ['Authorization was Bearer abcdef123456', 'Authorization was Bearer [redacted]'],
    ['pay 4242 4242 4242 4242 now', 'pay [redacted] now'],
    ['pay 4242-4242-4242-4242 now', 'pay [redacted] now'],
    ['postgres://vici:s3cret@db:5432/x', 'postgres://[redacted]@db:5432/x'],
    ['GET /verify?token=abc123&x=1', 'GET /verify?token=[redacted]&x=1'],
    ['key sk_test_51Habc and whsec_abc', 'key [redacted] and [redacted]'],
  ])('masks within text: %s', (text, expected) => {
    expect(redact(text)).toBe(expected);
    expect(redact([{ note: text }])).toEqual([{ note: expected }]);
  });

  it.each([
    'order 01890000-1234-7123-8123-123456789012',
    'at 2026-01-01T12:30:00.000Z took 1234567890 ns',
    'sku 4242424242424241',
    'node_modules/@vici/utils@0.1.0/index.js',
  ])('leaves ordinary text as it is: %s', (text) => {
    expect(redact(text)).toBe(text);
  });

  it('masks a card number given as a number or bigint', () => {
    expect(redact([4242424242424242, 4242424242424242n, 42, 42n])).toEqual([
      '[redacted]',
      '[redacted]',
      42,
      '42',
    ]);
  });

  it('describes an error with its code, safe details and cause', () => {
    const error = new DomainError(
      'CONFLICT',
      'for ada@example.com',
      { email: 'ada@example.com', sku: 'A1' },
      {
        cause: new Error('deadlock'),
      },
    );
    expect(redact({ error })).toEqual({
      error: {
        name: 'DomainError',
        code: 'CONFLICT',
        message: 'for [redacted]',
        details: { email: '[redacted]', sku: 'A1' },
        stack: expect.stringMatching(/^DomainError|^Error/),
        cause: { name: 'Error', message: 'deadlock', stack: expect.any(String) },
      },
    });
  });

  it('survives cycles, and shows one value used twice in both places', () => {
    const shared = { a: 1 };
    const cyclic: Record<string, unknown> = { first: shared, second: shared };
    cyclic.self = cyclic;
    expect(redact(cyclic)).toEqual({ first: { a: 1 }, second: { a: 1 }, self: '[circular]' });
  });

  it('stops at depth 6 and after 50 items', () => {
    const deep = { l1: { l2: { l3: { l4: { l5: { l6: { l7: 1 } } } } } } };
    expect(redact(deep)).toEqual({ l1: { l2: { l3: { l4: { l5: { l6: '[object]' } } } } } });
    const long = redact(Array.from({ length: 60 }, (_, index) => index));
    expect(long).toHaveLength(51);
    expect(long).toEqual(expect.arrayContaining([49, '[10 more]']));
  });

  it('bounds the work for a wide and deep object and for a long text', () => {
    const wide = (depth: number): unknown =>
      depth === 0 ? 'leaf' : Array.from({ length: 40 }, () => wide(depth - 1));
    expect(JSON.stringify(redact(wide(3))).length).toBeLessThan(200_000);
    // The quickest of three: the machine may be busy with something else.
    const times = [1, 2, 3].map(() => {
      const started = performance.now();
      expect(redact('a'.repeat(2_000_000))).toMatch(/^a{8192}…\[truncated\]$/);
      return performance.now() - started;
    });
    expect(Math.min(...times)).toBeLessThan(500);
  });

  it('handles values that cannot be read or written as JSON', () => {
    const hostile = new Proxy(
      {},
      {
        ownKeys: () => {
          throw new Error('no');
        },
      },
    );
    expect(
      redact([
        hostile,
        () => 1,
        Symbol('s'),
        Number.NaN,
        new Date(Number.NaN),
        Buffer.from('abc'),
        new Map([['token', 'x']]),
      ]),
    ).toEqual([
      '[unreadable]',
      '[function]',
      'Symbol(s)',
      'NaN',
      'Invalid Date',
      '[binary, 3 bytes]',
      { token: '[redacted]' },
    ]);
  });

  it('never throws, and what it gives can always be written as JSON', () => {
    fc.assert(
      fc.property(
        fc.anything({
          withBigInt: true,
          withDate: true,
          withMap: true,
          withSet: true,
          withTypedArray: true,
          withNullPrototype: true,
        }),
        (value) => {
          expect(() => JSON.stringify(redact(value))).not.toThrow();
        },
      ),
    );
  });
});
