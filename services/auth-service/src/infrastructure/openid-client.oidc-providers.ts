import { Inject, Injectable } from '@nestjs/common';
import { CONFIG, DomainError, isDomainError, Logger, notFound } from '@vici/utils';
import * as oidc from 'openid-client';
import {
  type OidcCallback,
  type OidcProvider,
  OidcProviders,
  type OidcSecrets,
} from '../application/oidc.ports.js';
import type { AuthConfig } from '../auth.config.js';
import type { Identity } from '../domain/identity.js';
import { toIdentity } from './oidc-claims.js';

const TIMEOUT_S = 4;
const SCOPE = 'openid email profile';

interface ConfiguredProvider extends OidcProvider {
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret?: string | undefined;
}

/** Sign-in providers by openid-client: Google as a preset, and one found by its issuer. */
@Injectable()
export class OpenidClientOidcProviders extends OidcProviders {
  readonly #providers: ReadonlyMap<string, ConfiguredProvider>;
  readonly #clients = new Map<string, Promise<oidc.Configuration>>();
  readonly #redirectUrl: string;

  constructor(
    @Inject(CONFIG) config: AuthConfig,
    private readonly logger: Logger,
  ) {
    super();
    this.#redirectUrl = config.OIDC_REDIRECT_URL;
    this.#providers = new Map(configured(config).map((provider) => [provider.id, provider]));
  }

  list(): OidcProvider[] {
    return [...this.#providers.values()].map(({ id, name }) => ({ id, name }));
  }

  ofIssuer(issuer: string): OidcProvider | undefined {
    const wanted = URL.parse(issuer)?.href;
    const provider = [...this.#providers.values()].find((known) => URL.parse(known.issuer)?.href === wanted);
    return provider && { id: provider.id, name: provider.name };
  }

  async begin(provider: string): Promise<{ authorizationUrl: string; secrets: OidcSecrets }> {
    const client = await this.#client(provider);
    const secrets = {
      state: oidc.randomState(),
      nonce: oidc.randomNonce(),
      codeVerifier: oidc.randomPKCECodeVerifier(),
    };
    const url = oidc.buildAuthorizationUrl(client, {
      redirect_uri: this.#redirectUrl,
      scope: SCOPE,
      state: secrets.state,
      nonce: secrets.nonce,
      code_challenge: await oidc.calculatePKCECodeChallenge(secrets.codeVerifier),
      code_challenge_method: 'S256',
    });
    return { authorizationUrl: url.href, secrets };
  }

  async complete(provider: string, callback: OidcCallback, secrets: OidcSecrets): Promise<Identity> {
    const client = await this.#client(provider);
    try {
      return await this.#identity(client, callback, secrets);
    } catch (error) {
      if (isDomainError(error)) throw error;
      this.logger.warn('A sign-in provider did not stand by a sign-in', { provider, error });
      throw isRefusal(error)
        ? new DomainError('INVALID_TOKEN', 'This sign-in is no longer valid. Start it again.', undefined, {
            cause: error,
          })
        : unavailable(error);
    }
  }

  /** Checks code, state, nonce, issuer and the signature of the ID token (OpenID Connect Core 1.0, section 3.1.3). */
  async #identity(
    client: oidc.Configuration,
    { code, state, iss }: OidcCallback,
    secrets: OidcSecrets,
  ): Promise<Identity> {
    const url = new URL(this.#redirectUrl);
    url.search = new URLSearchParams({ code, state, ...(iss !== undefined && { iss }) }).toString();
    const tokens = await oidc.authorizationCodeGrant(client, url, {
      expectedState: secrets.state,
      expectedNonce: secrets.nonce,
      pkceCodeVerifier: secrets.codeVerifier,
    });
    const claims = tokens.claims();
    if (claims === undefined) throw new Error('The provider sent no ID token');
    // Many providers tell the address only when asked for it.
    const asked =
      claims['email'] === undefined ? await oidc.fetchUserInfo(client, tokens.access_token, claims.sub) : {};
    return toIdentity(client.serverMetadata().issuer, { ...claims, ...asked });
  }

  /** What discovery found, kept; an attempt that failed is made again with the next sign-in. */
  async #client(id: string): Promise<oidc.Configuration> {
    const provider = this.#providers.get(id);
    if (provider === undefined) throw notFound('SignInProvider', id);
    const known = this.#clients.get(id) ?? discover(provider);
    this.#clients.set(id, known);
    try {
      return await known;
    } catch (error) {
      this.#clients.delete(id);
      this.logger.warn('A sign-in provider could not be found', { provider: id, error });
      throw unavailable(error);
    }
  }
}

async function discover({ issuer, clientId, clientSecret }: ConfiguredProvider): Promise<oidc.Configuration> {
  const authentication = clientSecret === undefined ? oidc.None() : oidc.ClientSecretPost(clientSecret);
  const server = new URL(issuer);
  return await oidc.discovery(server, clientId, undefined, authentication, {
    timeout: TIMEOUT_S,
    // An http: issuer is refused in production by the configuration.
    execute: server.protocol === 'http:' ? [oidc.allowInsecureRequests] : [],
  });
}

function configured(config: AuthConfig): ConfiguredProvider[] {
  const { OIDC_GOOGLE_CLIENT_ID, OIDC_ISSUER, OIDC_CLIENT_ID } = config;
  const providers: ConfiguredProvider[] = [];
  if (OIDC_GOOGLE_CLIENT_ID !== undefined) {
    providers.push({
      id: 'google',
      name: 'Google',
      issuer: 'https://accounts.google.com',
      clientId: OIDC_GOOGLE_CLIENT_ID,
      clientSecret: config.OIDC_GOOGLE_CLIENT_SECRET,
    });
  }
  if (OIDC_ISSUER !== undefined && OIDC_CLIENT_ID !== undefined) {
    providers.push({
      id: 'oidc',
      name: config.OIDC_NAME,
      issuer: OIDC_ISSUER,
      clientId: OIDC_CLIENT_ID,
      clientSecret: config.OIDC_CLIENT_SECRET,
    });
  }
  return providers;
}

/** Whether the provider, or a check of what it sent, said no; else it could not be asked. */
function isRefusal(error: unknown): boolean {
  if (error instanceof oidc.ResponseBodyError) return error.error === 'invalid_grant';
  if (error instanceof oidc.AuthorizationResponseError) return true;
  return error instanceof oidc.ClientError && error.code !== 'OAUTH_TIMEOUT';
}

function unavailable(cause: unknown): DomainError {
  return new DomainError('SERVICE_UNAVAILABLE', 'The sign-in provider does not answer.', undefined, {
    cause,
  });
}
