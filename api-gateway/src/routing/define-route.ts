import type { ErrorCode, Permission } from '@vici/utils';
import type { z } from 'zod';
import type { RateClass } from '../admission/rate-limits.js';
import type { CsvExport } from '../streaming/csv-export.js';
import type { ServerSentEvent } from '../streaming/event-stream.js';
import type { TextDownload } from '../streaming/text-download.js';
import type { Answer, ReadyAnswer, SharedAnswer } from './answer.js';
import type { PdfDocument } from './pdf-document.js';

/**
 * Who may call a route. A valid token personalises a public route too; a route of the administration names what its
 * caller's role has to allow.
 */
export type RouteAccess =
  | { readonly auth: 'public' | 'user' }
  | { readonly auth: 'admin'; readonly permission: Permission };

/** One REST endpoint: what it accepts, who may call it and what it answers. */
export type RouteDefinition = RouteContract & RouteAccess;

interface RouteContract {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Below /api, with `:name` for parameters. */
  readonly path: `/${string}`;
  readonly summary: string;
  readonly description?: string;
  readonly tags: readonly string[];
  readonly params?: z.ZodObject;
  readonly query?: z.ZodObject;
  readonly body?: z.ZodObject;
  /** Headers the handler reads, by their names in small letters. */
  readonly headers?: z.ZodObject;
  /** Shape of `data` in the answer; `z.void()` for an answer without a body. */
  readonly response: z.ZodType;
  /** Status of success; 200 unless told otherwise. */
  readonly status?: number;
  /** The sentence beside `data`. */
  readonly message?: string;
  /** Which request limit it counts against; `read` for GET, `write` for the rest. */
  readonly rateClass?: RateClass;
  /** Honours the Idempotency-Key header: what creates or charges. */
  readonly idempotent?: boolean;
  /** How long the whole request may take, in milliseconds; 2000 unless told otherwise. */
  readonly timeoutMs?: number;
  /** Carries a strong ETag and honours If-None-Match. */
  readonly etag?: boolean;
  /** Takes JSON sent as text/plain too, which is what `navigator.sendBeacon` does. */
  readonly acceptsText?: boolean;
  /** Refuses a card number in any field: on every route about paying. */
  readonly refusesCardNumbers?: true;
  /**
   * Takes the body as the bytes that came, which is what a signature is over, and the signature from the header of this
   * name; the handler gets both as `raw`. Only below /webhooks.
   */
  readonly signedBy?: string;
  /**
   * Takes the body as the bytes that came and leaves reading it to the service that checks it: the handler gets them as
   * `raw`, and `body` is for the documentation. JSON, also sent as text/plain. Its path is in body-parsers.ts.
   */
  readonly bodyUnread?: true;
  /** Answers with server-sent events for as long as the client listens; `response` is the data of one of them. */
  readonly stream?: true;
  /** Answers with a CSV file; `response` is `z.string()`. */
  readonly csv?: true;
  /** Answers with a text to be saved, of one of these types; `response` is `z.string()`. */
  readonly download?: readonly string[];
  /** Answers with a PDF document; `response` is `z.string()`. */
  readonly pdf?: true;
  /** Failures of its own, for the documentation. */
  readonly errors?: readonly ErrorCode[];
}

/** How long a request may take where its route says nothing, in milliseconds. */
export const DEFAULT_TIMEOUT_MS = 2000;

type Parsed<S> = S extends z.ZodType ? z.output<S> : undefined;

/** A body as it came over the wire, and its sender's signature. */
export interface SignedBody {
  readonly bytes: Uint8Array;
  /** Empty where the header is missing. */
  readonly signature: string;
}

/** What a handler of the route receives: checked and typed by the route's schemas. */
export interface RouteInput<R extends RouteDefinition> {
  readonly raw: R extends { readonly signedBy: string }
    ? SignedBody
    : R extends { readonly bodyUnread: true }
      ? Uint8Array
      : undefined;
  readonly params: Parsed<R['params']>;
  readonly query: Parsed<R['query']>;
  readonly body: Parsed<R['body']>;
  readonly headers: Parsed<R['headers']>;
}

type Data<R extends RouteDefinition> = z.input<R['response']>;

/** What a handler of the route may return. */
export type RouteResult<R extends RouteDefinition> = R extends { readonly stream: true }
  ? AsyncIterable<ServerSentEvent<Data<R>>>
  : R extends { readonly csv: true }
    ? CsvExport
    : R extends { readonly download: readonly string[] }
      ? TextDownload
      : R extends { readonly pdf: true }
        ? PdfDocument
        : Data<R> | Answer<Data<R>> | ReadyAnswer | SharedAnswer;

/** Declares a route; it is returned as given, typed by its schemas. */
export function defineRoute<const R extends RouteDefinition>(route: R): R {
  return route;
}
