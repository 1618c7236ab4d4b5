import { DomainError } from '@vici/utils/domain';
import { describe, expect, it } from 'vitest';
import { isConnectionFault, isUniqueViolation, translateConnectionFault } from './postgres-errors.js';

const coded = (code: string, message = 'fault') => Object.assign(new Error(message), { code });

describe('isConnectionFault', () => {
  it.each([
    coded('ECONNREFUSED'),
    coded('ECONNRESET'),
    new Error('Connection terminated unexpectedly'),
    new Error('Connection terminated due to connection timeout'),
    new Error('timeout exceeded when trying to connect'),
    new Error('Client has encountered a connection error and is not queryable'),
    new Error('Cannot use a pool after calling end on the pool'),
  ])('recognises %s', (error) => {
    expect(isConnectionFault(error)).toBe(true);
  });

  it.each([new Error('Connection of dots'), coded('EACCES'), 'ECONNREFUSED', undefined])(
    'leaves %s alone',
    (error) => {
      expect(isConnectionFault(error)).toBe(false);
    },
  );
});

describe('translateConnectionFault', () => {
  it('answers SERVICE_UNAVAILABLE without the address, which stays in the cause', () => {
    const cause = coded('ECONNREFUSED', 'connect ECONNREFUSED 10.0.0.7:5432');
    const error = translateConnectionFault(cause);
    expect(error).toBeInstanceOf(DomainError);
    expect(error).toMatchObject({
      code: 'SERVICE_UNAVAILABLE',
      message: 'The database is unavailable',
      cause,
    });
  });

  it('gives any other error back as it is', () => {
    const error = new Error('division by zero');
    expect(translateConnectionFault(error)).toBe(error);
  });
});

describe('isUniqueViolation', () => {
  it('is not fooled by an error that only carries the code', () => {
    expect(isUniqueViolation(coded('23505'))).toBe(false);
  });
});
