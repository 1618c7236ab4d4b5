import { Database } from '@vici/database';
import { AuthServiceDefinition } from '@vici/proto-gen/auth';
import { useService } from '@vici/testing';
import { createLocalJWKSet, decodeProtectedHeader, errors, jwtVerify } from 'jose';
import { beforeEach, describe, expect, it } from 'vitest';
import { authService } from '../auth.service.js';
import type { AuthTables } from '../infrastructure/auth.tables.js';
import { runRotateSigningKeysCommand } from '../infrastructure/rotate-signing-keys.command.js';
import { SigningKeyCipher } from '../infrastructure/signing-key.cipher.js';
import { SigningKeyStore } from '../infrastructure/signing-key.store.js';
import { SigningKeys } from '../infrastructure/signing-keys.js';
import { from, newShopper } from './fixtures/shopper.fixture.js';

const SECRET = 'a secret of this test alone';
const service = useService(authService, { BCRYPT_COST: '4', AUTH_KEY_ENCRYPTION_KEY: SECRET });
const auth = () => service.client(AuthServiceDefinition);
const pool = () => service.get(Database).pool;
const store = () =>
  new SigningKeyStore(service.get<Database<AuthTables>>(Database), new SigningKeyCipher(SECRET));

/** Lets time pass for the keys. */
const pass = async (interval: string) => {
  await pool().query(
    'update signing_keys set created_at = created_at - $1::interval, activates_at = activates_at - $1::interval',
    [interval],
  );
  await service.get(SigningKeys).reload();
};
const published = async () => createLocalJWKSet(JSON.parse((await auth().getSigningKeys({})).jwks));
const kids = async (): Promise<string[]> =>
  JSON.parse((await auth().getSigningKeys({})).jwks).keys.map(({ kid }: { kid: string }) => kid);

/** An access token as a refresh gives it now. */
async function freshToken(): Promise<string> {
  const { refreshToken } = await newShopper(auth());
  return (await from({}, () => auth().refresh({ refreshToken }))).accessToken;
}
const kidOf = (token: string) => decodeProtectedHeader(token).kid;

beforeEach(async () => {
  await pool().query('delete from signing_keys');
  await service.get(SigningKeys).reload();
});

describe('the signing keys', () => {
  it('are replaced by themselves: the next is published before it signs, the last until its tokens are over', async () => {
    const [first = ''] = await kids();
    await pass('29 days 23 hours');
    expect(await kids()).toEqual([first]);

    await pass('50 minutes');
    const [, second = ''] = await kids();
    expect(await kids()).toEqual([first, second]);
    const old = await freshToken();
    expect(kidOf(old)).toBe(first);

    await pass('10 minutes');
    expect(kidOf(await freshToken())).toBe(second);
    await expect(jwtVerify(old, await published())).resolves.toBeDefined();

    await pass('20 minutes');
    expect(await kids()).toEqual([second]);
    await expect(jwtVerify(old, await published())).rejects.toBeInstanceOf(errors.JWKSNoMatchingKey);
  });

  it('are made once by replicas that find them due together', async () => {
    await pass('29 days 23 hours');
    await pool().query(`update signing_keys set activates_at = activates_at - interval '1 hour'`);

    const periodMs = 30 * 86_400_000;
    await Promise.all(
      Array.from({ length: 8 }, () =>
        store().rotateIfDue(new Date(), { periodMs, tokenLifetimeMs: 900_000 }),
      ),
    );

    expect(await store().all()).toHaveLength(2);
  });

  it('cannot be read with another secret, which is said so', async () => {
    const [key] = await store().all();

    await expect(
      new SigningKeyCipher('another secret').privateKey(key?.encryptedPrivateJwk ?? Buffer.alloc(0)),
    ).rejects.toThrow('What is stored was encrypted with another AUTH_KEY_ENCRYPTION_KEY');
  });
});

describe('the command that rotates', () => {
  const rotate = async (...argv: string[]) => {
    const lines: string[] = [];
    const code = await runRotateSigningKeysCommand(argv, store(), (line) => lines.push(line));
    await service.get(SigningKeys).reload();
    return { code, lines };
  };

  it('makes the next key, which takes over in ten minutes without refusing anybody', async () => {
    const [first] = await kids();

    const { code, lines } = await rotate();

    const [, second] = await kids();
    expect([code, lines]).toEqual([0, [expect.stringMatching(`^Key ${second} signs from `)]]);
    expect(kidOf(await freshToken())).toBe(first);
    await pass('10 minutes');
    expect(kidOf(await freshToken())).toBe(second);
  });

  it('replaces a compromised key at once; sessions go on', async () => {
    const { refreshToken } = await newShopper(auth());
    const { accessToken, refreshToken: next } = await from({}, () => auth().refresh({ refreshToken }));

    await rotate('--compromised');

    await expect(jwtVerify(accessToken, await published())).rejects.toBeInstanceOf(errors.JWKSNoMatchingKey);
    const renewed = await from({}, () => auth().refresh({ refreshToken: next }));
    await expect(jwtVerify(renewed.accessToken, await published())).resolves.toBeDefined();
    expect(await kids()).toHaveLength(1);
  });

  it('explains itself when it is asked for something else', async () => {
    const { code, lines } = await rotate('--now');

    expect(code).toBe(2);
    expect(lines.join('\n')).toContain('Usage: rotate-signing-keys [--compromised]');
    expect(await kids()).toHaveLength(1);
  });
});
