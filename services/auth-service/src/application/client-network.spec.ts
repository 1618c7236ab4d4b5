import { expect, it } from 'vitest';
import { clientNetwork } from './client-network.js';

it.each([
  ['203.0.113.77', '203.0.113.0/24'],
  ['::ffff:203.0.113.77', '203.0.113.0/24'],
  ['2001:db8:1:2::7', '2001:db8:1::/48'],
  ['::1', '0:0:0::/48'],
  ['not an address', ''],
  [undefined, ''],
])('keeps of %s only %s', (address, network) => {
  expect(clientNetwork(address)).toBe(network);
});
