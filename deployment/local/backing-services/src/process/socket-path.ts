/** Longer paths than this the system refuses for a socket. */
const MAX_SOCKET_PATH = 100;

/** Whether a Unix socket can have this path. */
export function socketFits(path: string): boolean {
  return Buffer.byteLength(path) <= MAX_SOCKET_PATH;
}
