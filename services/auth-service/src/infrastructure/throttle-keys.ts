import { createHash } from 'node:crypto';
import { clientNetwork } from '@vici/utils';

/** The Redis keys a throttle counts under: the account's, and the network's where it is known. */
export function throttleKeys(
  what: 'login' | 'password-reset',
  account: string,
  address: string | undefined,
): string[] {
  // Hash tags put both keys of one decision in one slot of a Redis cluster; hashing keeps addresses out of Redis.
  const name = createHash('sha256').update(account).digest('base64url');
  const network = address === undefined ? undefined : clientNetwork(address);
  return [
    `${what}:{throttle}:account:${name}`,
    ...(network === undefined ? [] : [`${what}:{throttle}:network:${network}`]),
  ];
}
