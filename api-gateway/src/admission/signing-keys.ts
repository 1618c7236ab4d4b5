import { Injectable } from '@nestjs/common';
import { AuthServiceDefinition } from '@vici/proto-gen/auth';
import { Clock, DomainError, type GrpcClient, InjectGrpc, Logger, newId, runInContext } from '@vici/utils';
import { createLocalJWKSet, type JSONWebKeySet } from 'jose';
import { z } from 'zod';

/** A key set is asked for again, at the earliest, after this many milliseconds. */
const LEAST_PAUSE_MS = 10_000;
/** A key set older than this many milliseconds is renewed in the background. */
const FRESH_MS = 300_000;
const FETCH_TIMEOUT_MS = 2000;

const jwksSchema = z.object({ keys: z.array(z.looseObject({ kty: z.string() })) });

/** Chooses the key that verifies a token. */
export type KeyResolver = ReturnType<typeof createLocalJWKSet>;

interface KnownKeys {
  readonly document: JSONWebKeySet;
  readonly resolver: KeyResolver;
  readonly fetchedAt: number;
}

/** The public keys of auth-service, kept in memory so that tokens are verified without a call. */
@Injectable()
export class SigningKeys {
  private known: KnownKeys | undefined;
  private lastAttemptAt = Number.NEGATIVE_INFINITY;
  private fetching: Promise<KnownKeys> | undefined;

  constructor(
    @InjectGrpc(AuthServiceDefinition)
    private readonly auth: Pick<GrpcClient<typeof AuthServiceDefinition>, 'getSigningKeys'>,
    private readonly clock: Clock,
    private readonly logger: Logger,
  ) {}

  /** @throws DomainError SERVICE_UNAVAILABLE while no key set could be had */
  async resolver(): Promise<KeyResolver> {
    return (await this.current()).resolver;
  }

  /** The key set as a JSON Web Key Set (RFC 7517). @throws DomainError SERVICE_UNAVAILABLE as above */
  async document(): Promise<JSONWebKeySet> {
    return (await this.current()).document;
  }

  /**
   * After a token named a key that `outdated` does not hold: the keys as they are now, or undefined when they were asked
   * for just now. Tokens of a new key arrive together, and the first of them asks for all.
   */
  async renewed(outdated: KeyResolver): Promise<KeyResolver | undefined> {
    const { known, fetching } = this;
    if (known !== undefined && known.resolver !== outdated) {
      return known.resolver;
    }
    if (fetching === undefined && !this.mayFetch()) {
      return undefined;
    }
    return (await this.fetch()).resolver;
  }

  private async current(): Promise<KnownKeys> {
    const { known } = this;
    if (known === undefined) {
      return await this.fetch();
    }
    if (this.clock.now().getTime() - known.fetchedAt > FRESH_MS && this.mayFetch()) {
      this.fetch().catch((error: unknown) => {
        this.logger.warn('The signing keys could not be renewed; the known ones stay in use.', { error });
      });
    }
    return known;
  }

  private mayFetch(): boolean {
    return this.clock.now().getTime() - this.lastAttemptAt >= LEAST_PAUSE_MS;
  }

  private fetch(): Promise<KnownKeys> {
    this.fetching ??= this.load().finally(() => {
      this.fetching = undefined;
    });
    return this.fetching;
  }

  private async load(): Promise<KnownKeys> {
    this.lastAttemptAt = this.clock.now().getTime();
    const { jwks } = await runInContext({ requestId: newId(), caller: { role: 'anonymous' } }, () =>
      this.auth.getSigningKeys({}, { timeoutMs: FETCH_TIMEOUT_MS }),
    );
    const parsed = jwksSchema.safeParse(parseJson(jwks));
    if (!parsed.success || parsed.data.keys.length === 0) {
      throw new DomainError('SERVICE_UNAVAILABLE', 'The signing keys are not usable.');
    }
    this.known = {
      document: parsed.data,
      resolver: createLocalJWKSet(parsed.data),
      fetchedAt: this.clock.now().getTime(),
    };
    return this.known;
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Judged by the schema like any other unusable answer.
    return undefined;
  }
}
