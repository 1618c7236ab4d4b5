import { describe, expect, it } from 'vitest';
import { clientNetwork } from './client-network.js';

describe('clientNetwork', () => {
  it.each([
    ['203.0.113.77', '203.0.113.0/24'],
    ['::ffff:203.0.113.77', '203.0.113.0/24'],
    ['2001:db8:abcd:12:34:56:78:9a', '2001:db8:abcd::/48'],
    ['2001:DB8::1', '2001:db8:0::/48'],
    ['::1', '0:0:0::/48'],
    ['fe80::1%eth0', 'fe80:0:0::/48'],
  ])('keeps of %s only %s', (address, network) => {
    expect(clientNetwork(address)).toBe(network);
  });

  it.each(['', 'localhost', '256.0.0.1', '1.2.3', '2001:db8', ':::', '1::2::3', '2001:db8::1]/x'])(
    'finds no network in "%s"',
    (text) => {
      expect(clientNetwork(text)).toBeUndefined();
    },
  );
});
