import { clientNetwork, currentContext } from '@vici/utils';

const MAX_USER_AGENT = 300;

/** What the client of a request says of itself, and where it is; empty where that is unknown. */
export interface ClientDevice {
  readonly userAgent: string;
  /** Its network, never its whole address. */
  readonly network: string;
}

/** Where nobody's device is to be told of. */
export const NO_DEVICE: ClientDevice = { userAgent: '', network: '' };

/** The device of the client that is being served. */
export function currentDevice(): ClientDevice {
  const client = currentContext()?.client;
  return {
    userAgent: (client?.userAgent ?? '').slice(0, MAX_USER_AGENT),
    network: clientNetwork(client?.ip ?? '') ?? '',
  };
}
