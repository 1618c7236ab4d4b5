import type { Identity } from '../domain/identity.js';

/** A sign-in provider that is configured. */
export interface OidcProvider {
  readonly id: string;
  readonly name: string;
}

/** What a flow keeps to itself until the browser comes back. */
export interface OidcSecrets {
  readonly state: string;
  readonly nonce: string;
  readonly codeVerifier: string;
}

/** What a provider sends the browser back with. */
export interface OidcCallback {
  readonly code: string;
  readonly state: string;
  readonly iss?: string | undefined;
}

/** The sign-in providers (OpenID Connect Core 1.0). */
export abstract class OidcProviders {
  abstract list(): readonly OidcProvider[];
  /** The configured provider that is the issuer. */
  abstract ofIssuer(issuer: string): OidcProvider | undefined;
  /**
   * Where the browser is to go, and what proves later that it is the same.
   * @throws DomainError NOT_FOUND for one that is not configured, SERVICE_UNAVAILABLE when it does not answer
   */
  abstract begin(provider: string): Promise<{ authorizationUrl: string; secrets: OidcSecrets }>;
  /**
   * Who came back.
   * @throws DomainError INVALID_TOKEN when the provider does not stand by it; SERVICE_UNAVAILABLE as above
   */
  abstract complete(provider: string, callback: OidcCallback, secrets: OidcSecrets): Promise<Identity>;
}

/** A browser on its way to a provider and back. */
export interface OidcFlow {
  readonly provider: string;
  readonly secrets: OidcSecrets;
  readonly remember: boolean;
}

/** Flows by the hash of the secret their browser holds. */
export abstract class OidcFlowRepository {
  abstract add(hash: Uint8Array, flow: OidcFlow, expiresAt: Date): Promise<void>;
  /** Takes the flow, which is used up by that; undefined when it is unknown, used or its time is over. */
  abstract take(hash: Uint8Array, now: Date): Promise<OidcFlow | undefined>;
  /** Removes flows whose time is over; gives how many. */
  abstract deleteExpired(before: Date): Promise<number>;
}

/** An identity that signs in to an account. */
export interface LinkedIdentity {
  readonly id: string;
  readonly issuer: string;
  readonly linkedAt: Date;
}

/** Which identities sign in to which accounts. */
export abstract class IdentityRepository {
  /** The account the identity signs in to. */
  abstract ownerOf(identity: Identity): Promise<string | undefined>;
  /** Links the two, again without effect; false when either is linked otherwise. */
  abstract link(identity: Identity, userId: string, at: Date): Promise<boolean>;
  /** The identities of an account, the one linked first at the top. */
  abstract of(userId: string): Promise<LinkedIdentity[]>;
  /** Ends a link. */
  abstract unlink(id: string): Promise<void>;
}
