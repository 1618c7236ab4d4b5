import { describe, expect, it } from 'vitest';
import { assertRoomForAddress, checkedAddress } from './address.js';

/** Says which country it was asked for. */
const rules = {
  postalCodeFault: (code: string, country: string) =>
    code === 'bad' ? `is no code of ${country}` : undefined,
  phoneFault: (phone: string, country?: string) =>
    phone === 'bad' ? `is no number of ${country}` : undefined,
};

const good = {
  firstName: ' Ada ',
  lastName: 'Lovelace',
  addressLine1: '12 St James Square',
  city: 'London',
  state: '',
  postalCode: 'SW1Y 4JH',
  country: 'gb',
  phone: '+44 20 7946 0000',
};

describe('checkedAddress', () => {
  it('trims the fields, writes the country in capitals and leaves an empty second line out', () => {
    expect(checkedAddress({ ...good, addressLine2: '  ' }, rules)).toEqual({
      ...good,
      firstName: 'Ada',
      country: 'GB',
    });
  });

  it('names every bad field at once', () => {
    const check = () =>
      checkedAddress({ ...good, firstName: '', postalCode: 'bad', phone: 'bad', city: 'a\u0000b' }, rules);

    expect(check).toThrowError(
      expect.objectContaining({
        code: 'VALIDATION_FAILED',
        details: {
          fields: [
            { field: 'firstName', message: 'is required' },
            { field: 'city', message: 'must not contain control characters' },
            { field: 'postalCode', message: 'is no code of GB' },
            { field: 'phone', message: 'is no number of GB' },
          ],
        },
      }),
    );
  });
});

describe('the country of an address', () => {
  it.each(['EU', 'UN', 'ZZ', 'XA', 'XQ', 'USA'])('is not %s', (country) => {
    expect(() => checkedAddress({ ...good, country, phone: 'bad' }, rules)).toThrowError(
      expect.objectContaining({ details: { fields: [expect.objectContaining({ field: 'country' })] } }),
    );
  });

  it.each(['us', 'XK', 'AX', 'TL'])('may be %s', (country) => {
    expect(checkedAddress({ ...good, country }, rules).country).toBe(country.toUpperCase());
  });
});

describe('assertRoomForAddress', () => {
  it('lets the twentieth address in and refuses the twenty-first', () => {
    expect(() => assertRoomForAddress(19)).not.toThrow();
    expect(() => assertRoomForAddress(20)).toThrowError(expect.objectContaining({ code: 'LIMIT_EXCEEDED' }));
  });
});
