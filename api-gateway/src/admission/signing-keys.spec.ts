import { Logger, SystemClock } from '@vici/utils';
import { exportJWK, generateKeyPair } from 'jose';
import { expect, it } from 'vitest';
import { accessToken } from '../fixtures/tokens.fixture.js';
import { SigningKeys } from './signing-keys.js';
import { TokenVerifier } from './token-verifier.js';

async function newKey(kid: string) {
  const { publicKey, privateKey } = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true });
  const jwk = { ...(await exportJWK(publicKey)), kid, alg: 'EdDSA', use: 'sig' };
  return { jwk, token: () => accessToken({ key: privateKey, header: { kid } }) };
}

/** A verifier that knows `first`, made when the clock stood at zero; the clock stands a minute later now. */
async function verifierOf(first: { jwk: object; token: () => Promise<string> }) {
  const published = [first.jwk];
  let [now, asked] = [0, 0];
  const clock = new (class extends SystemClock {
    override now(): Date {
      return new Date(now);
    }
  })();
  const keys = new SigningKeys(
    {
      getSigningKeys: async () => {
        asked += 1;
        return { jwks: JSON.stringify({ keys: published }) };
      },
    },
    clock,
    new Logger({ service: 'test', level: 'silent' }),
  );
  const verifier = new TokenVerifier(keys, clock);
  await verifier.verify(await first.token());
  now = 60_000;
  return { keys, verifier, published, asked: () => asked };
}

it('lets every token of a new key in, also those that arrive while it is asked for, with one question', async () => {
  const [first, second] = [await newKey('first'), await newKey('second')];
  const { verifier, published, asked } = await verifierOf(first);
  published.push(second.jwk);
  const tokens = await Promise.all([1, 2, 3, 4].map(() => second.token()));

  const verdicts = await Promise.allSettled(tokens.map((token) => verifier.verify(token)));

  expect(verdicts.map(({ status }) => status)).toEqual(Array(4).fill('fulfilled'));
  expect(asked()).toBe(2);
});

it('gives the keys somebody else has asked for since to a token that was checked against the old ones', async () => {
  const { keys, verifier, published, asked } = await verifierOf(await newKey('first'));
  const outdated = await keys.resolver();
  const second = await newKey('second');
  published.push(second.jwk);
  await verifier.verify(await second.token());

  expect(await keys.renewed(outdated)).toBe(await keys.resolver());
  expect(asked()).toBe(2);
});

it('forgets what it has verified when the keys change: a key that is gone opens nothing any more', async () => {
  const [first, second] = [await newKey('first'), await newKey('second')];
  const { verifier, published } = await verifierOf(first);
  const token = await first.token();
  await expect(verifier.verify(token)).resolves.toBeDefined();
  published.splice(0, 1, second.jwk);

  await verifier.verify(await second.token());

  await expect(verifier.verify(token)).rejects.toMatchObject({ code: 'INVALID_TOKEN' });
});
