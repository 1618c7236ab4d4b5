import { Database } from '@vici/database';
import { AuthServiceDefinition, OidcServiceDefinition, type SignedIn } from '@vici/proto-gen/auth';
import { eventually, useService } from '@vici/testing';
import { newId } from '@vici/utils';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { authService } from '../auth.service.js';
import { ExpiredTokenCleanup } from '../infrastructure/expired-token.cleanup.js';
import { TestOidcProvider } from './fixtures/oidc-provider.fixture.js';
import { type Device, deviceOf, from, newShopper, PASSWORD, signIn } from './fixtures/shopper.fixture.js';

const REDIRECT_URL = 'http://shop.vici.test/sign-in/callback';
const client = { id: 'vici', secret: 'a secret of this test', redirectUrl: REDIRECT_URL };

let idp: TestOidcProvider;
beforeAll(async () => {
  idp = await TestOidcProvider.start(client);
});
afterAll(() => idp.stop());

const service = useService(authService, () => ({
  BCRYPT_COST: '4',
  OIDC_REDIRECT_URL: REDIRECT_URL,
  OIDC_ISSUER: idp.issuer,
  OIDC_CLIENT_ID: client.id,
  OIDC_CLIENT_SECRET: client.secret,
  OIDC_NAME: 'Test login',
}));
const auth = () => service.client(AuthServiceDefinition);
const oidc = () => service.client(OidcServiceDefinition);
const pool = () => service.get(Database).pool;

const begin = (remember = false) => from({}, () => oidc().beginOidcLogin({ provider: 'oidc', remember }));
const complete = (request: Parameters<ReturnType<typeof oidc>['completeOidcLogin']>[0]) =>
  from({}, () => oidc().completeOidcLogin(request));

/** Signs in with whoever is signed in at the provider. */
async function signInThere(remember = false): Promise<SignedIn> {
  const { authorizationUrl, flow } = await begin(remember);
  return await complete({ flow, ...(await idp.visit(authorizationUrl)) });
}

/** Somebody new at the provider. */
function ada(over: { email?: string; email_verified?: boolean } = {}) {
  const sub = newId();
  idp.current = {
    sub,
    email: `${sub}@example.com`,
    email_verified: true,
    given_name: 'Ada',
    family_name: 'Lovelace',
    ...over,
  };
  return idp.current;
}
const verify = (userId: string) =>
  pool().query('update accounts set email_verified = true where user_id = $1', [userId]);
const noticesOf = (userId: string) =>
  service
    .events()
    .flatMap((event) =>
      event.type === 'user.security_notice' && event.subject === userId ? [event.data.notice] : [],
    );
const INVALID = { code: 'INVALID_TOKEN' };

describe('signing in with an account elsewhere', () => {
  it('is offered by name', async () => {
    expect((await oidc().listOidcProviders({})).providers).toEqual([{ id: 'oidc', name: 'Test login' }]);
    await expect(oidc().beginOidcLogin({ provider: 'google' })).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('sends the browser with state, nonce and a PKCE challenge, of which it keeps the secrets', async () => {
    const { authorizationUrl, flow, expiresIn } = await begin();

    const query = Object.fromEntries(new URL(authorizationUrl).searchParams);
    expect(query).toEqual({
      client_id: 'vici',
      response_type: 'code',
      redirect_uri: REDIRECT_URL,
      scope: 'openid email profile',
      state: expect.stringMatching(/^[\w-]{43}$/),
      nonce: expect.stringMatching(/^[\w-]{43}$/),
      code_challenge: expect.stringMatching(/^[\w-]{43}$/),
      code_challenge_method: 'S256',
    });
    expect(expiresIn).toBe(600);
    expect(authorizationUrl).not.toContain(flow);
    const { rows } = await pool().query(
      `select encode(secrets_encrypted, 'escape') as stored from oidc_flows`,
    );
    expect(JSON.stringify(rows)).not.toContain(query['nonce']);
  });

  it('makes an account with the address proved, signs in, and tells the other services', async () => {
    const { email } = ada();

    const signedIn = await signInThere(true);

    expect(signedIn.account).toMatchObject({
      email,
      firstName: 'Ada',
      lastName: 'Lovelace',
      role: 'customer',
      emailVerified: true,
    });
    const { userId, authSessionId } = deviceOf(signedIn);
    const { rows } = await pool().query('select remember from sessions where session_id = $1', [
      authSessionId,
    ]);
    expect(rows).toEqual([{ remember: true }]);
    await expect(from({}, () => auth().refresh(signedIn))).resolves.toBeDefined();
    await eventually(() => {
      const told = service.events().filter(({ subject }) => subject === userId);
      expect(told.map(({ type }) => type)).toEqual(['user.registered', 'user.logged_in']);
      expect(told[0]?.data).not.toHaveProperty('verificationToken');
    });
  });

  it('finds the same account again, whatever its address there has become', async () => {
    ada();
    const first = await signInThere();
    idp.current = { ...idp.current, email: `${newId()}@example.com`, email_verified: false };

    const second = await signInThere();

    expect(second.account).toEqual(first.account);
    expect(deviceOf(second).authSessionId).not.toBe(deviceOf(first).authSessionId);
  });

  it('makes one account when somebody new comes in twice at once', async () => {
    ada();
    const flows = await Promise.all([begin(), begin()]);
    const callbacks = await Promise.all(
      flows.map(async ({ authorizationUrl, flow }) => ({ flow, ...(await idp.visit(authorizationUrl)) })),
    );

    const [one, two] = await Promise.all(callbacks.map(complete));

    expect(one?.account?.userId).toBe(two?.account?.userId);
  });

  it('leaves the account without a password: none opens it before its owner sets one', async () => {
    const { email = '' } = ada();
    await signInThere();

    for (const password of ['', PASSWORD]) {
      await expect(from({}, () => auth().login({ email, password }))).rejects.toMatchObject({
        code: 'INVALID_CREDENTIALS',
      });
    }
    await expect(
      from({}, () => auth().register({ email, password: PASSWORD, firstName: 'Eve', lastName: 'E' })),
    ).rejects.toMatchObject({ code: 'EMAIL_TAKEN' });
  });
});

describe('linking to an account that is there', () => {
  it('happens when both sides have proved the address, and the owner is told', async () => {
    const shopper = await newShopper(auth());
    await verify(shopper.userId);
    ada({ email: shopper.email.toUpperCase() });

    const signedIn = await signInThere();

    expect(signedIn.account?.userId).toBe(shopper.userId);
    await eventually(() => expect(noticesOf(shopper.userId)).toEqual(['sign_in_linked']));
    await expect(signIn(auth(), shopper.email)).resolves.toBeDefined();
  });

  it('is refused while the account has not proved the address: somebody may wait there for its owner', async () => {
    const shopper = await newShopper(auth());
    ada({ email: shopper.email });

    await expect(signInThere()).rejects.toMatchObject({ code: 'EMAIL_NOT_VERIFIED' });

    const { rows } = await pool().query('select 1 from identities where user_id = $1', [shopper.userId]);
    expect(rows).toEqual([]);
    expect(noticesOf(shopper.userId)).toEqual([]);
  });

  it('is refused while the provider does not stand by the address, account or not', async () => {
    const shopper = await newShopper(auth());
    await verify(shopper.userId);

    for (const email of [shopper.email, `${newId()}@example.com`]) {
      ada({ email, email_verified: false });
      await expect(signInThere()).rejects.toMatchObject({
        code: 'EMAIL_NOT_VERIFIED',
        message: 'Confirm your e-mail address with the provider first.',
      });
      const { rows } = await pool().query('select 1 from accounts where email = $1 and user_id <> $2', [
        email,
        shopper.userId,
      ]);
      expect(rows).toEqual([]);
    }
  });

  it('is refused to a second identity of the provider with the same address', async () => {
    const { email = '' } = ada();
    await signInThere();
    ada({ email });

    await expect(signInThere()).rejects.toMatchObject({ code: 'CONFLICT' });
  });

  it('opens no blocked account, and no session before a second factor', async () => {
    ada();
    const { account } = await signInThere();
    await pool().query('update accounts set two_factor = true where user_id = $1', [account?.userId]);

    expect(await signInThere()).toMatchObject({ accessToken: '', challenge: { expiresIn: 300 } });

    await pool().query('update accounts set blocked_at = now() where user_id = $1', [account?.userId]);
    await expect(signInThere()).rejects.toMatchObject({ code: 'ACCOUNT_BLOCKED' });
  });
});

describe('the accounts elsewhere of an account', () => {
  const listed = async (device: Device) =>
    (await from(device, () => oidc().listIdentities({}))).identities.map(({ id, provider, issuer }) => ({
      id,
      provider,
      issuer,
    }));
  const unlink = (device: Device, id: string) => from(device, () => oidc().unlinkIdentity({ id }));
  /** Somebody with a password and an account at the provider. */
  async function linkedShopper() {
    const shopper = await newShopper(auth());
    await verify(shopper.userId);
    ada({ email: shopper.email });
    await signInThere();
    return shopper;
  }
  const withoutPassword = (userId: string) =>
    pool().query('update accounts set password_hash = null where user_id = $1', [userId]);
  const linkToFormer = async (userId: string) => {
    const { rows } = await pool().query<{ id: string }>(
      `insert into identities (issuer, subject, user_id, created_at) values ('https://former.example', $1::text, $1::text::uuid, now())
       returning id`,
      [userId],
    );
    return rows[0]?.id ?? '';
  };

  it('are listed with their provider, one of former days without', async () => {
    const shopper = await linkedShopper();
    const former = await linkToFormer(shopper.userId);

    expect(await listed(shopper)).toEqual([
      { id: expect.any(String), provider: { id: 'oidc', name: 'Test login' }, issuer: idp.issuer },
      { id: former, provider: undefined, issuer: 'https://former.example' },
    ]);
    expect(await listed(await newShopper(auth()))).toEqual([]);
    await expect(from({}, () => oidc().listIdentities({}))).rejects.toMatchObject({
      code: 'UNAUTHENTICATED',
    });
  });

  it('are unlinked, after which they sign in to nothing, and the owner is told', async () => {
    const shopper = await linkedShopper();
    const [identity] = await listed(shopper);

    await unlink(shopper, identity?.id ?? '');

    expect(await listed(shopper)).toEqual([]);
    await pool().query('update accounts set email_verified = false where user_id = $1', [shopper.userId]);
    await expect(signInThere()).rejects.toMatchObject({ code: 'EMAIL_NOT_VERIFIED' });
    await expect(signIn(auth(), shopper.email)).resolves.toBeDefined();
    await eventually(() => expect(noticesOf(shopper.userId)).toEqual(['sign_in_linked', 'sign_in_unlinked']));
    await expect(unlink(shopper, identity?.id ?? '')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('cannot be unlinked by anybody else, nor by a name that is none', async () => {
    const shopper = await linkedShopper();
    const [identity] = await listed(shopper);

    await expect(unlink(await newShopper(auth()), identity?.id ?? '')).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
    await expect(unlink(shopper, 'google')).rejects.toMatchObject({
      details: { fields: [{ field: 'id', message: 'must be a UUID' }] },
    });
    expect(await listed(shopper)).toHaveLength(1);
  });

  it('stay while they are the only way in: one whose provider is gone is none', async () => {
    const shopper = await linkedShopper();
    const former = await linkToFormer(shopper.userId);
    await withoutPassword(shopper.userId);
    const [identity] = await listed(shopper);

    await expect(unlink(shopper, identity?.id ?? '')).rejects.toMatchObject({ code: 'CONFLICT' });
    await unlink(shopper, former);
    await expect(unlink(shopper, identity?.id ?? '')).rejects.toMatchObject({ code: 'CONFLICT' });

    expect((await signInThere()).account?.userId).toBe(shopper.userId);
  });
});

describe('a flow', () => {
  it('is good once', async () => {
    ada();
    const { authorizationUrl, flow } = await begin();
    const callback = await idp.visit(authorizationUrl);
    await complete({ flow, ...callback });

    await expect(complete({ flow, ...callback })).rejects.toMatchObject(INVALID);
  });

  it('belongs to the browser that began it: a link with code and state signs nobody else in', async () => {
    ada();
    const attacker = await begin();
    const victim = await begin();
    const callback = await idp.visit(attacker.authorizationUrl);

    await expect(complete({ flow: victim.flow, ...callback })).rejects.toMatchObject(INVALID);
    await expect(complete({ flow: 'x'.repeat(43), ...callback })).rejects.toMatchObject(INVALID);
  });

  it("takes no code of another flow, even with its own state: the provider asks for the other's verifier", async () => {
    ada();
    const [mine, other] = [await begin(), await begin()];
    const { state } = await idp.visit(mine.authorizationUrl);
    const { code, iss } = await idp.visit(other.authorizationUrl);

    await expect(
      complete({ flow: mine.flow, code, state, ...(iss !== undefined && { iss }) }),
    ).rejects.toMatchObject(INVALID);
  });

  it('takes no answer in the name of another issuer, and no code that nobody gave out', async () => {
    ada();
    const mixed = await begin();
    const callback = await idp.visit(mixed.authorizationUrl);
    await expect(
      complete({ flow: mixed.flow, ...callback, iss: 'https://evil.example' }),
    ).rejects.toMatchObject(INVALID);

    const invented = await begin();
    const { state, iss } = await idp.visit(invented.authorizationUrl);
    await expect(
      complete({ flow: invented.flow, code: 'invented', state, ...(iss !== undefined && { iss }) }),
    ).rejects.toMatchObject(INVALID);
  });

  it('ends after ten minutes, and leaves nothing behind', async () => {
    ada();
    const { authorizationUrl, flow } = await begin();
    const callback = await idp.visit(authorizationUrl);
    await begin();
    await pool().query(`update oidc_flows set expires_at = now() - interval '1 second'`);

    await expect(complete({ flow, ...callback })).rejects.toMatchObject(INVALID);
    await service.get(ExpiredTokenCleanup).run();
    const { rows } = await pool().query('select 1 from oidc_flows');
    expect(rows).toEqual([]);
  });
});

describe('without a provider', () => {
  const bare = useService(authService, { BCRYPT_COST: '4' });
  const lost = useService(authService, {
    BCRYPT_COST: '4',
    OIDC_ISSUER: 'http://127.0.0.1:1',
    OIDC_CLIENT_ID: 'vici',
    OIDC_GOOGLE_CLIENT_ID: 'google-client',
  });

  it('nothing is offered where none is configured', async () => {
    expect((await bare.client(OidcServiceDefinition).listOidcProviders({})).providers).toEqual([]);
  });

  it('one that does not answer is said to be unavailable; the preset needs no more than its client', async () => {
    const api = lost.client(OidcServiceDefinition);

    expect((await api.listOidcProviders({})).providers).toEqual([
      { id: 'google', name: 'Google' },
      { id: 'oidc', name: 'Single sign-on' },
    ]);
    await expect(from({}, () => api.beginOidcLogin({ provider: 'oidc' }))).rejects.toMatchObject({
      code: 'SERVICE_UNAVAILABLE',
    });
  });
});
