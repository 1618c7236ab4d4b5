import { isIPv4, isIPv6 } from 'node:net';

/** The network of an address (/24 for IPv4, /48 for IPv6): enough to recognise a place, too little to name a person. */
export function clientNetwork(address: string | undefined): string {
  if (address === undefined) return '';
  const mapped = /^::ffff:(?<v4>[0-9.]+)$/i.exec(address)?.groups?.['v4'] ?? address;
  if (isIPv4(mapped)) return `${mapped.split('.').slice(0, 3).join('.')}.0/24`;
  if (!isIPv6(address)) return '';
  const [head = ''] = address.split('::');
  const groups = head.split(':').filter((group) => group !== '');
  return `${[...groups, '0', '0', '0'].slice(0, 3).join(':')}::/48`;
}
