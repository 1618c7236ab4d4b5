import { describe, expect, it } from 'vitest';
import { countedAddress } from './client-address.js';
import { limitOf } from './rate-limits.js';

describe('the address requests are counted by', () => {
  it.each([
    ['203.0.113.9', '203.0.113.9'],
    ['::ffff:203.0.113.9', '203.0.113.9'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:DB8:0001:0002::9', '2001:db8:1:2::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ])('of %s is %s', (ip, counted) => {
    expect(countedAddress(ip)).toBe(counted);
  });
});

describe('a request limit', () => {
  it('is scaled, never below one, and off at zero', () => {
    expect(limitOf('read', 1)).toBe(600);
    expect(limitOf('write', 1.5)).toBe(180);
    expect(limitOf('auth', 0.001)).toBe(1);
    expect(limitOf('events', 0)).toBeUndefined();
  });
});
