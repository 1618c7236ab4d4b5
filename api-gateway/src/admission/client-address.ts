import { isIPv6 } from 'node:net';

const IPV4_IN_IPV6 = /^::ffff:(\d{1,3}(?:\.\d{1,3}){3})$/i;
const GROUPS = 8;
const NETWORK_GROUPS = 4;

/**
 * What requests without a user are counted by: an IPv4 address, or the /64 network of an IPv6 address, because one
 * household or server usually holds all addresses of it.
 */
export function countedAddress(ip: string): string {
  const mapped = IPV4_IN_IPV6.exec(ip)?.[1];
  if (mapped !== undefined) {
    return mapped;
  }
  return isIPv6(ip) ? `${expand(ip).slice(0, NETWORK_GROUPS).join(':')}::/64` : ip;
}

function expand(ip: string): string[] {
  const [address = ''] = ip.toLowerCase().split('%');
  const [head = '', tail] = address.split('::');
  const before = head === '' ? [] : head.split(':');
  const after = tail === undefined || tail === '' ? [] : tail.split(':');
  const missing = tail === undefined ? 0 : Math.max(0, GROUPS - before.length - after.length);
  return [...before, ...Array<string>(missing).fill('0'), ...after].map((group) =>
    group.replace(/^0+(?=.)/, ''),
  );
}
