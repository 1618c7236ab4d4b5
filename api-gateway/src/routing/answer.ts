import { createHash } from 'node:crypto';
import type { FlatHeaders } from '../http/flat-headers.js';

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
  /** The headers of its own, with the body and, for a client that has it already, without. */
  readonly headers: { readonly full: FlatHeaders; readonly known: FlatHeaders };

  private constructor(text: string) {
    this.body = Buffer.from(text);
    this.etag = `"${createHash('sha256').update(this.body).digest('base64url')}"`;
    // Private: the answer carries the visit's id in a header, which no shared cache may hand on.
    const known = ['etag', this.etag, 'cache-control', 'private, no-cache'];
    const ofBody = [
      'content-type',
      'application/json; charset=utf-8',
      'content-length',
      `${this.body.length}`,
    ];
    this.headers = { known, full: [...known, ...ofBody] };
  }

  /** The envelope of a success around `data`. */
  static success(data: unknown, message?: string): ReadyAnswer {
    return new ReadyAnswer(JSON.stringify({ success: true, message, data }));
  }

  /** A success whose envelope was written before, by this or another gateway. */
  static written(json: string): ReadyAnswer {
    return new ReadyAnswer(json);
  }

  /** A document that has a format of its own, without the envelope. */
  static document(content: unknown): ReadyAnswer {
    return new ReadyAnswer(JSON.stringify(content));
  }

  /** A document that is no JSON. */
  static text(content: string): ReadyAnswer {
    return new ReadyAnswer(content);
  }
}

/** Something that is kept with its answer. */
export interface Kept {
  readonly answer: ReadyAnswer;
}

/**
 * An answer that is the same for everybody who asks at its address, and can be had again without its handler for as
 * long as it is kept.
 */
export class SharedAnswer {
  private constructor(
    /** Gives what the handler found. */
    readonly serveFirst: () => ReadyAnswer,
    /** Gives what is kept by now; undefined when the handler has to look anew. */
    readonly serveAgain: () => ReadyAnswer | undefined,
    /** Whether something learns of everybody who is given it; only then it has to be given in a request's context. */
    readonly isWatched: boolean,
  ) {}

  /** @param whenServed runs each time the answer is given to somebody, in the context of the request */
  static of<K extends Kept>(
    first: K,
    again: () => K | undefined,
    whenServed?: (kept: K) => void,
  ): SharedAnswer {
    const serve = (kept: K | undefined): ReadyAnswer | undefined => {
      if (kept !== undefined) {
        whenServed?.(kept);
      }
      return kept?.answer;
    };
    return new SharedAnswer(
      () => serve(first) ?? first.answer,
      () => serve(again()),
      whenServed !== undefined,
    );
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
