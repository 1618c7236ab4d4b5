import { createHash } from 'node:crypto';

/** Data with a sentence, a status or an entity tag of its own, where the route's do not fit. */
export class Answer<T> {
  constructor(
    readonly data: T,
    readonly extras: { readonly message?: string; readonly status?: number; readonly etag?: string } = {},
  ) {}
}

/** An answer whose JSON is written already, ready to be sent again and again. */
export class ReadyAnswer {
  readonly body: Buffer;
  /** Strong: equal only for equal bytes. */
  readonly etag: string;

  private constructor(json: string) {
    this.body = Buffer.from(json);
    this.etag = `"${createHash('sha256').update(this.body).digest('base64url')}"`;
  }

  /** The envelope of a success around `data`. */
  static success(data: unknown, message?: string): ReadyAnswer {
    return new ReadyAnswer(JSON.stringify({ success: true, message, data }));
  }

  /** A document that has a format of its own, without the envelope. */
  static document(content: unknown): ReadyAnswer {
    return new ReadyAnswer(JSON.stringify(content));
  }
}

/** Whether a client that sent this If-None-Match has the answer already (RFC 9110, section 13.1.2). */
export function isKnownToClient(etag: string, ifNoneMatch: string | undefined): boolean {
  if (ifNoneMatch === undefined) {
    return false;
  }
  return ifNoneMatch
    .split(',')
    .map((candidate) => candidate.trim().replace(/^W\//, ''))
    .some((candidate) => candidate === '*' || candidate === etag);
}
