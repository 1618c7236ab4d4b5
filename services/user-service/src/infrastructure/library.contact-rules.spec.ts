import { loadConfig } from '@vici/utils';
import { describe, expect, it } from 'vitest';
import { userConfig } from '../user.config.js';
import { LibraryContactRules } from './library.contact-rules.js';

const rules = new LibraryContactRules(loadConfig(userConfig, {}));

describe('a postal code', () => {
  it.each([
    ['94105', 'US'],
    ['10001-1234', 'US'],
    ['SW1Y 4JH', 'GB'],
    ['sw1y4jh', 'GB'],
    ['10115', 'DE'],
    ['700000', 'VN'],
    // Hong Kong has none.
    ['', 'HK'],
  ])('%j is one of %s', (code, country) => {
    expect(rules.postalCodeFault(code, country)).toBeUndefined();
  });

  it.each([
    ['SW1Y 4JH', 'US', 'must be a postal code of US'],
    ['1234', 'DE', 'must be a postal code of DE'],
    ['', 'US', 'is required'],
  ])('%j is none of %s', (code, country, fault) => {
    expect(rules.postalCodeFault(code, country)).toBe(fault);
  });
});

describe('a phone number', () => {
  it.each([
    ['+44 20 7946 0000', 'US'],
    ['020 7946 0000', 'GB'],
    ['0912 345 678', 'VN'],
    ['(415) 555-0100', undefined],
  ])('%j can be dialled from %s', (phone, country) => {
    expect(rules.phoneFault(phone, country)).toBeUndefined();
  });

  it.each([
    ['call me', 'US'],
    ['+999 123 456', 'US'],
    ['12', 'GB'],
    ['call +44 20 7946 0000', 'GB'],
    ['020 7946 0000', 'AQ'],
  ])('%j cannot be dialled from %s', (phone, country) => {
    expect(rules.phoneFault(phone, country)).toContain('must be a phone number');
  });
});
