const IPV4 = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/;
const GROUPS = 8;

/**
 * The network an address is in, in CIDR notation: the first 24 bits of an IPv4 address (also one written as IPv6), the
 * first 48 of an IPv6 address. It no longer tells one household from the next. Undefined for what is no address.
 */
export function clientNetwork(address: string): string | undefined {
  return IPV4.test(address) ? ipv4Network(address) : ipv6Network(address);
}

function ipv4Network(address: string): string | undefined {
  const octets = (IPV4.exec(address) ?? []).slice(1).map(Number);
  if (octets.length !== 4 || octets.some((octet) => octet > 255)) return undefined;
  return `${octets.slice(0, 3).join('.')}.0/24`;
}

function ipv6Network(address: string): string | undefined {
  // A link-local address may name its interface: fe80::1%eth0.
  const [bare = ''] = address.split('%', 1);
  const groups = ipv6Groups(bare);
  if (groups === undefined) return undefined;
  if (groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff) {
    const bytes = groups.slice(6).flatMap((group) => [group >> 8, group & 0xff]);
    return ipv4Network(bytes.join('.'));
  }
  const prefix = groups.slice(0, 3).map((group) => group.toString(16));
  return `${prefix.join(':')}::/48`;
}

/** The eight groups. The URL parser checks the address and writes it in one form, an embedded IPv4 part included. */
function ipv6Groups(address: string): number[] | undefined {
  const host = /^[0-9a-f:.]+$/i.test(address) ? URL.parse(`http://[${address}]/`)?.hostname : undefined;
  if (host === undefined) return undefined;
  const [head = [], tail = []] = host
    .slice(1, -1)
    .split('::')
    .map((side) => (side === '' ? [] : side.split(':').map((group) => Number.parseInt(group, 16))));
  return [...head, ...Array<number>(GROUPS - head.length - tail.length).fill(0), ...tail];
}
