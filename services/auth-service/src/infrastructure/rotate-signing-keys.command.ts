import type { SigningKeyStore } from './signing-key.store.js';

const USAGE = `Usage: rotate-signing-keys [--compromised]
Makes the next key, which takes over in ten minutes; tokens of the old one stay good until they expire.
--compromised: the new key takes over at once, and every token of the old ones is refused. Nobody is signed out:
the next refresh gives a token of the new key.`;

/**
 * The command line that rotates the signing keys.
 * @param argv the arguments after the program's name
 * @param write takes one line of output
 * @returns the exit code: 0 done, 2 for arguments that make no sense
 */
export async function runRotateSigningKeysCommand(
  argv: readonly string[],
  store: SigningKeyStore,
  write: (line: string) => void,
): Promise<number> {
  const [option, ...rest] = argv;
  if (rest.length > 0 || (option !== undefined && option !== '--compromised')) {
    write(USAGE);
    return 2;
  }
  const now = new Date();
  const { kid, activatesAt } = await (option === undefined ? store.rotate(now) : store.replaceAll(now));
  write(`Key ${kid} signs from ${activatesAt.toISOString()}.`);
  return 0;
}
