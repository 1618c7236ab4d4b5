import { describe, expect, it } from 'vitest';
import { checkedPreferencesChange, samePreferences } from './preferences.js';

describe('checkedPreferencesChange', () => {
  it('keeps only what was given, false included, and writes codes as the standards do', () => {
    expect(
      checkedPreferencesChange({ emailNotifications: false, language: ' VI ', currency: 'eur' }),
    ).toStrictEqual({ emailNotifications: false, language: 'vi', currency: 'EUR' });
  });

  it('names every bad field at once', () => {
    expect(() => checkedPreferencesChange({ language: 'fr', currency: 'ABC' })).toThrowError(
      expect.objectContaining({
        code: 'VALIDATION_FAILED',
        details: {
          fields: [
            { field: 'language', message: 'must be one of en, vi' },
            { field: 'currency', message: 'must be an ISO 4217 currency code, such as USD' },
          ],
        },
      }),
    );
  });

  it.each(['', 'US', 'USDX', '840', 'US\u0000'])('takes no currency %j', (currency) => {
    expect(() => checkedPreferencesChange({ currency })).toThrowError(
      expect.objectContaining({ details: { fields: [expect.objectContaining({ field: 'currency' })] } }),
    );
  });

  it.each(['', 'e', 'english', 'vi-VN-x', 'en\u0000'])('takes no language %j', (language) => {
    expect(() => checkedPreferencesChange({ language })).toThrowError(
      expect.objectContaining({ details: { fields: [expect.objectContaining({ field: 'language' })] } }),
    );
  });
});

describe('samePreferences', () => {
  const preferences = {
    emailNotifications: true,
    smsNotifications: false,
    marketingEmails: false,
    language: 'en',
    currency: 'USD',
  };

  it('holds for equal ones and falls with any one field', () => {
    expect(samePreferences(preferences, { ...preferences })).toBe(true);
    const others = [
      { emailNotifications: false },
      { smsNotifications: true },
      { marketingEmails: true },
      { language: 'vi' },
      { currency: 'EUR' },
    ];
    expect(others.map((other) => samePreferences(preferences, { ...preferences, ...other }))).toEqual(
      others.map(() => false),
    );
  });
});
