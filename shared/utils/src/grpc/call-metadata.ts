import { z } from 'zod';
import { newId } from '../domain/ids.js';
import type { Caller, RequestContext } from '../request-context.js';

/** What travels beside a request: header name to ASCII value. */
export type CallMetadata = Readonly<Record<string, string>>;

const REQUEST_ID = 'x-request-id';
const CALLER = 'x-vici-caller';
const CLIENT = 'x-vici-client';
const IDEMPOTENCY_KEY = 'idempotency-key';
const USER_AGENT_LIMIT = 512;
/** Texts kept: the requests of a busy moment, and some hundred kilobytes. */
const MOST_TEXTS = 1000;
const ANONYMOUS: Caller = { role: 'anonymous' };

const callerSchema = z.object({
  role: z.enum(['anonymous', 'customer', 'support', 'admin', 'system']),
  userId: z.exactOptional(z.string()),
  authSessionId: z.exactOptional(z.string()),
  shopperSessionId: z.exactOptional(z.string()),
  service: z.exactOptional(z.string()),
});

const clientSchema = z.object({
  ip: z.exactOptional(z.string()),
  userAgent: z.exactOptional(z.string()),
});

/** The calls of one request all carry the same caller and client: each is written once. */
const written = new WeakMap<object, string>();

/** Texts that were read lately, and what they say: the calls of one request all carry the same. */
class RecentTexts<T> {
  private readonly found = new Map<string, T | undefined>();

  constructor(private readonly schema: z.ZodType<T>) {}

  /** Undefined for what is no JSON of the schema. */
  read(json: string | undefined): T | undefined {
    if (json === undefined) {
      return undefined;
    }
    if (this.found.has(json)) {
      return this.found.get(json);
    }
    if (this.found.size === MOST_TEXTS) {
      this.found.clear();
    }
    const value = parsed(this.schema, json);
    this.found.set(json, value);
    return value;
  }
}

const callers = new RecentTexts<Caller>(callerSchema);
const clients = new RecentTexts<NonNullable<RequestContext['client']>>(clientSchema);

/** The request context as metadata. The key given here wins over the context's. */
export function writeMetadata(
  context: RequestContext | undefined,
  idempotencyKey: string | undefined,
): Record<string, string> {
  const metadata: Record<string, string> = {
    [REQUEST_ID]: encodeURIComponent(context?.requestId ?? newId()),
    [CALLER]: textOf(context?.caller ?? ANONYMOUS),
  };
  const key = idempotencyKey ?? context?.idempotencyKey;
  if (key !== undefined) {
    metadata[IDEMPOTENCY_KEY] = encodeURIComponent(key);
  }
  const client = context?.client;
  if (client !== undefined) {
    metadata[CLIENT] = textOf(client, ({ ip, userAgent }) => ({
      ip,
      userAgent: userAgent?.slice(0, USER_AGENT_LIMIT),
    }));
  }
  return metadata;
}

/**
 * The request context a service runs a call in. Only services reach the gRPC ports, so the caller is
 * believed when it is well formed; anything else counts as anonymous.
 */
export function readContext(
  metadata: CallMetadata,
  call: { readonly deadline: number | undefined; readonly signal: AbortSignal },
): RequestContext {
  const requestId = percentDecoded(metadata[REQUEST_ID]);
  const idempotencyKey = percentDecoded(metadata[IDEMPOTENCY_KEY]);
  const client = clients.read(metadata[CLIENT]);
  return {
    requestId: requestId ?? newId(),
    caller: callers.read(metadata[CALLER]) ?? ANONYMOUS,
    signal: call.signal,
    ...(call.deadline === undefined ? {} : { deadline: call.deadline }),
    ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
    ...(client === undefined ? {} : { client }),
  };
}

function textOf<T extends object>(value: T, sent: (value: T) => object = (whole) => whole): string {
  const known = written.get(value);
  if (known !== undefined) {
    return known;
  }
  const text = asciiJson(sent(value));
  written.set(value, text);
  return text;
}

/** JSON with every character beyond ASCII escaped: HTTP/2 header values allow nothing else. */
function asciiJson(value: unknown): string {
  return JSON.stringify(value).replaceAll(
    /[\u007f-\uffff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

function percentDecoded(value: string | undefined): string | undefined {
  if (value === undefined || value === '') {
    return undefined;
  }
  try {
    return decodeURIComponent(value);
  } catch {
    // Not written by a Vici client: the characters themselves are the value.
    return value;
  }
}

function parsed<T>(schema: z.ZodType<T>, json: string): T | undefined {
  try {
    return schema.safeParse(JSON.parse(json)).data;
  } catch {
    // Not JSON at all counts the same as JSON of another shape.
    return undefined;
  }
}
