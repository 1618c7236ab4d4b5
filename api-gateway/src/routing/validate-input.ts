import { DomainError, type FieldFault, invalidFields, parseJson } from '@vici/utils';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { header } from '../http/request-scope.js';
import type { RouteDefinition, SignedBody } from './define-route.js';
import { refuseCardNumbers } from './refuse-card-numbers.js';

const parsers = new WeakMap<RouteDefinition, z.ZodObject>();

/**
 * Checks parameters, query and body of a request at once and drops what the schemas do not know.
 * @throws DomainError VALIDATION_FAILED naming every bad field; UNSUPPORTED_MEDIA_TYPE for a body that is not JSON
 */
export function validateInput(route: RouteDefinition, request: FastifyRequest): Record<string, unknown> {
  if (route.signedBy !== undefined) return { raw: signedBody(route.signedBy, request) };
  if (route.bodyUnread === true) return { raw: bytesOf(request) };
  const raw = {
    params: request.params ?? {},
    query: request.query ?? {},
    body: bodyOf(route, request) ?? {},
    headers: request.headers,
  };
  if (route.refusesCardNumbers === true) {
    refuseCardNumbers(raw.query);
    refuseCardNumbers(raw.body);
  }
  const result = parserOf(route).safeParse(raw);
  if (!result.success) {
    throw invalidFields(result.error.issues.map((issue) => faultInPart(issue, raw)));
  }
  return result.data;
}

function signedBody(headerName: string, request: FastifyRequest): SignedBody {
  const { body } = request;
  // Text has been decoded and is no longer what was signed.
  if (!(body instanceof Uint8Array)) throw notJson();
  return { bytes: body, signature: header(request, headerName) ?? '' };
}

/** The body as it came; text has been decoded by the parser of its type. */
function bytesOf({ body }: FastifyRequest): Uint8Array {
  if (typeof body === 'string') return Buffer.from(body);
  if (body instanceof Uint8Array) return body;
  throw notJson();
}

function notJson(): DomainError {
  return new DomainError('UNSUPPORTED_MEDIA_TYPE', 'Send the body as application/json.');
}

function parserOf(route: RouteDefinition): z.ZodObject {
  const known = parsers.get(route);
  if (known !== undefined) {
    return known;
  }
  const { params, query, body, headers } = route;
  const parser = z.object({
    ...(params !== undefined && { params }),
    ...(query !== undefined && { query }),
    ...(body !== undefined && { body }),
    ...(headers !== undefined && { headers }),
  });
  parsers.set(route, parser);
  return parser;
}

function bodyOf(route: RouteDefinition, request: FastifyRequest): unknown {
  const isText = header(request, 'content-type')?.toLowerCase().startsWith('text/plain') ?? false;
  if (!isText || typeof request.body !== 'string') {
    return request.body;
  }
  if (route.acceptsText !== true) {
    throw notJson();
  }
  return parseJson(request.body);
}

/** What is wrong with a value, field by field, in sentences for the client. */
export function faultsOf(issues: readonly z.core.$ZodIssue[], raw: unknown): FieldFault[] {
  return issues.map((issue) => ({ field: issue.path.join('.') || 'event', message: sentence(issue, raw) }));
}

/** The field as the client knows it: without the part of the request it stood in. */
function faultInPart(issue: z.core.$ZodIssue, raw: unknown): FieldFault {
  const [part, ...path] = issue.path.map(String);
  return { field: path.length === 0 ? (part ?? 'body') : path.join('.'), message: sentence(issue, raw) };
}

function sentence(issue: z.core.$ZodIssue, raw: unknown): string {
  switch (issue.code) {
    case 'invalid_type':
      return valueAt(raw, issue.path) === undefined
        ? 'is required'
        : `must be ${withArticle(issue.expected)}`;
    case 'invalid_value':
      return valueAt(raw, issue.path) === undefined
        ? 'is required'
        : `must be one of ${issue.values.map(String).join(', ')}`;
    case 'too_small':
      return `must ${measure(issue.origin)} at least ${issue.minimum}${unit(issue.origin, issue.minimum)}`;
    case 'too_big':
      return `must ${measure(issue.origin)} at most ${issue.maximum}${unit(issue.origin, issue.maximum)}`;
    case 'invalid_format':
      return issue.format === 'regex'
        ? issue.message
        : `must be a valid ${FORMATS.get(issue.format) ?? issue.format}`;
    default:
      return issue.message;
  }
}

const FORMATS: ReadonlyMap<string, string> = new Map([
  ['uuid', 'UUID'],
  ['email', 'e-mail address'],
  ['url', 'URL'],
]);

function withArticle(type: string): string {
  const noun = type === 'int' ? 'integer' : type;
  return /^[aeiou]/.test(noun) ? `an ${noun}` : `a ${noun}`;
}

function measure(origin: string): string {
  return origin === 'string' || origin === 'array' ? 'have' : 'be';
}

function unit(origin: string, count: number | bigint): string {
  const noun = origin === 'string' ? 'character' : origin === 'array' ? 'entr' : undefined;
  if (noun === undefined) {
    return '';
  }
  const one = Number(count) === 1;
  return noun === 'entr' ? ` entr${one ? 'y' : 'ies'}` : ` ${noun}${one ? '' : 's'}`;
}

function valueAt(raw: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, key) => (typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined),
    raw,
  );
}
