import { describe, expect, it } from 'vitest';
import { DomainError, ERROR_TABLE, invalidFields, isErrorCode, notFound } from './errors.js';

describe('errors', () => {
  it('maps each code to the HTTP status of the REST contract', () => {
    const byStatus = new Map<number, string[]>();
    for (const [code, { http }] of Object.entries(ERROR_TABLE)) {
      byStatus.set(http, [...(byStatus.get(http) ?? []), code]);
    }
    expect([...byStatus.keys()]).toEqual([
      400, 401, 402, 403, 404, 409, 412, 413, 415, 422, 423, 429, 500, 503, 504,
    ]);
    expect(byStatus.get(422)).toEqual(['COUPON_INVALID', 'LIMIT_EXCEEDED']);
    expect(Object.keys(ERROR_TABLE)).toHaveLength(35);
  });

  it('calls retryable only what a second, unchanged try may cure', () => {
    const retryable = Object.entries(ERROR_TABLE).filter(([, { retryable }]) => retryable);
    expect(retryable.map(([code]) => code)).toEqual([
      'REQUEST_IN_PROGRESS',
      'RATE_LIMITED',
      'SERVICE_UNAVAILABLE',
      'DEADLINE_EXCEEDED',
    ]);
  });

  it('never maps a failure to gRPC OK', () => {
    expect(Object.values(ERROR_TABLE).every(({ grpc }) => grpc >= 1 && grpc <= 16)).toBe(true);
  });

  it('lists every bad field in the details', () => {
    const fields = [
      { field: 'email', message: 'is required' },
      { field: 'name', message: 'is too long' },
    ];
    const error = invalidFields(fields);
    expect(error.code).toBe('VALIDATION_FAILED');
    expect(error.details).toEqual({ fields });
    expect(error.message).toBe('The request is not valid (email: is required; name: is too long).');
  });

  it('says what was not found', () => {
    expect(notFound('Order', '7')).toMatchObject({
      code: 'NOT_FOUND',
      message: 'Order 7 was not found.',
      details: { entity: 'Order', id: '7' },
    });
  });

  it('keeps its cause, and has no details when none are given', () => {
    const cause = new Error('socket');
    const error = new DomainError('SERVICE_UNAVAILABLE', 'Try again.', undefined, { cause });
    expect(error.cause).toBe(cause);
    expect('details' in error).toBe(false);
  });

  it('knows its codes, and takes no inherited property for one', () => {
    expect(isErrorCode('CART_EMPTY')).toBe(true);
    expect(isErrorCode('toString')).toBe(false);
  });
});
