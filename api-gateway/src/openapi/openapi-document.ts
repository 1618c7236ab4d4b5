import { ERROR_TABLE, type ErrorCode } from '@vici/utils';
import { z } from 'zod';
import { DEFAULT_TIMEOUT_MS, type RouteDefinition } from '../routing/define-route.js';
import { statusOf } from '../routing/route.decorator.js';

type JsonSchema = Record<string, unknown>;

const errorShape = z
  .object({
    success: z.literal(false),
    statusCode: z.int(),
    error: z.string().describe('What programs decide on.'),
    message: z.string().describe('For people.'),
    details: z.record(z.string(), z.unknown()).optional().describe('Facts; `fields` of VALIDATION_FAILED.'),
    requestId: z.string(),
    path: z.string(),
    timestamp: z.iso.datetime(),
  })
  .meta({ id: 'Error' });

/** Failures every route may answer with, and those that depend on its access or input. */
const ALWAYS: readonly ErrorCode[] = ['RATE_LIMITED', 'INTERNAL', 'SERVICE_UNAVAILABLE', 'DEADLINE_EXCEEDED'];
const OF_USERS: readonly ErrorCode[] = ['UNAUTHENTICATED', 'INVALID_TOKEN', 'TOKEN_EXPIRED', 'SESSION_ENDED'];
const OF_BODIES: readonly ErrorCode[] = ['PAYLOAD_TOO_LARGE', 'UNSUPPORTED_MEDIA_TYPE'];
const OF_KEYS: readonly ErrorCode[] = ['IDEMPOTENCY_KEY_REUSED', 'REQUEST_IN_PROGRESS'];

/** The OpenAPI 3.1 document of the routes, made from the schemas that validate. */
export function buildOpenApiDocument(routes: readonly RouteDefinition[], version: string) {
  const components: JsonSchema = {};
  const schemaOf = (schema: z.ZodType, io: 'input' | 'output') => toComponents(schema, io, components);
  schemaOf(errorShape, 'output');
  const paths: Record<string, Record<string, unknown>> = {};
  for (const route of routes) {
    const path = `/api${route.path.replaceAll(/:(\w+)/g, '{$1}')}`;
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operation(route, schemaOf) };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Vici API',
      version,
      description:
        'Every success is `{success: true, data}`, every failure the Error shape. Guests are known by X-Session-Id.',
    },
    servers: [{ url: '/' }],
    tags: [...new Set(routes.flatMap((route) => route.tags))].map((name) => ({ name })),
    paths,
    components: {
      schemas: components,
      securitySchemes: { bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } },
    },
  };
}

type SchemaOf = (schema: z.ZodType, io: 'input' | 'output') => JsonSchema;

function operation(route: RouteDefinition, schemaOf: SchemaOf) {
  const { body, description } = route;
  return {
    operationId: operationId(route),
    summary: route.summary,
    ...(description !== undefined && { description }),
    tags: [...route.tags],
    // A token is welcome on a public route, and needed on the others.
    security: route.auth === 'public' ? [{}, { bearer: [] }] : [{ bearer: [] }],
    parameters: parameters(route, schemaOf),
    ...(body !== undefined && { requestBody: requestBody(body, route, schemaOf) }),
    ...(route.signedBy !== undefined && { requestBody: SIGNED_BODY }),
    responses: { [statusOf(route)]: success(route, schemaOf), ...failures(route) },
    'x-timeout-ms': route.timeoutMs ?? DEFAULT_TIMEOUT_MS,
  };
}

const SIGNED_BODY = {
  required: true,
  content: { 'application/json': { schema: { type: 'object', description: 'The bytes that were signed.' } } },
};

function requestBody(body: z.ZodObject, { acceptsText }: RouteDefinition, schemaOf: SchemaOf) {
  const schema = schemaOf(body, 'input');
  return {
    required: !body.safeParse({}).success,
    content: { 'application/json': { schema }, ...(acceptsText === true && { 'text/plain': { schema } }) },
  };
}

function operationId({ method, path }: RouteDefinition): string {
  const words = path.split(/[^A-Za-z0-9]+/).filter((word) => word !== '');
  return method.toLowerCase() + words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('');
}

function parameters(route: RouteDefinition, schemaOf: SchemaOf): unknown[] {
  return [
    ...parametersIn('path', route.params, schemaOf),
    ...parametersIn('query', route.query, schemaOf),
    ...parametersIn('header', route.headers, schemaOf),
    headerParameter('X-Session-Id', 'The visit of a shopper; made and returned where it is missing.', 'uuid'),
    headerParameter('X-Request-Id', 'Names the request in logs; made where it is missing.'),
    ...(route.idempotent === true
      ? [
          headerParameter(
            'Idempotency-Key',
            'The same key with the same body gives the first answer for 24 h.',
          ),
        ]
      : []),
    ...(route.signedBy === undefined ? [] : [headerParameter(route.signedBy, 'Signature of the body.')]),
    ...(route.etag === true ? [headerParameter('If-None-Match', 'The ETag known already.')] : []),
  ];
}

function parametersIn(
  place: 'path' | 'query' | 'header',
  schema: z.ZodObject | undefined,
  schemaOf: SchemaOf,
): unknown[] {
  return Object.entries(schema?.shape ?? {}).map(([name, field]) => {
    // What a parameter means stands in the schema its text is read by.
    const { description, ...described } = schemaOf(z.object({ [name]: field }), 'output');
    const property = propertyOf(described, name);
    const { description: meaning = description, ...rest } = property;
    const required = place === 'path' || !z.object({ [name]: field }).safeParse({}).success;
    return {
      name,
      in: place,
      required,
      schema: rest,
      ...(meaning !== undefined && { description: meaning }),
    };
  });
}

function propertyOf(schema: JsonSchema, name: string): JsonSchema {
  const { properties } = schema;
  const property: unknown =
    typeof properties === 'object' && properties !== null ? Reflect.get(properties, name) : undefined;
  return typeof property === 'object' && property !== null ? { ...property } : {};
}

function headerParameter(name: string, description: string, format?: string): unknown {
  return {
    name,
    in: 'header',
    required: false,
    description,
    schema: { type: 'string', ...(format && { format }) },
  };
}

function success(route: RouteDefinition, schemaOf: SchemaOf): unknown {
  if (statusOf(route) === 204) {
    return { description: 'Accepted.' };
  }
  if (route.stream === true) {
    return {
      description: 'Server-sent events; each carries this as JSON.',
      content: { 'text/event-stream': { schema: schemaOf(route.response, 'output') } },
    };
  }
  if (route.pdf === true) {
    return {
      description: 'A PDF document.',
      content: { 'application/pdf': { schema: { type: 'string', format: 'binary' } } },
    };
  }
  if (route.csv === true) {
    return { description: 'A CSV file.', content: { 'text/csv': { schema: { type: 'string' } } } };
  }
  if (route.download !== undefined) {
    const content = route.download.map((type) => [type, { schema: { type: 'string' } }]);
    return { description: 'A file.', content: Object.fromEntries(content) };
  }
  const envelope = {
    type: 'object',
    properties: {
      success: { const: true },
      message: { type: 'string' },
      data: schemaOf(route.response, 'output'),
    },
    required: ['success', 'data'],
  };
  return { description: 'Success.', content: { 'application/json': { schema: envelope } } };
}

function failures(route: RouteDefinition): Record<string, unknown> {
  const codes = new Set<ErrorCode>([
    ...((route.params ?? route.query ?? route.body) ? (['VALIDATION_FAILED'] as const) : []),
    ...(route.auth === 'public' ? [] : OF_USERS),
    ...(route.auth === 'admin' ? (['FORBIDDEN'] as const) : []),
    ...(route.body === undefined ? [] : OF_BODIES),
    ...(route.idempotent === true ? OF_KEYS : []),
    ...(route.errors ?? []),
    ...ALWAYS,
  ]);
  const byStatus = new Map<string, ErrorCode[]>();
  for (const code of codes) {
    const status = String(ERROR_TABLE[code].http);
    byStatus.set(status, [...(byStatus.get(status) ?? []), code]);
  }
  const notModified = route.etag === true ? [['304', { description: 'Not modified.' }]] : [];
  return Object.fromEntries([
    ...notModified,
    ...[...byStatus].map(([status, named]) => [
      status,
      {
        description: named.join(', '),
        content: { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } },
      },
    ]),
  ]);
}

/** JSON Schema (draft 2020-12) with the named shapes moved to the document's components. */
function toComponents(schema: z.ZodType, io: 'input' | 'output', components: JsonSchema): JsonSchema {
  const converted: JsonSchema = z.toJSONSchema(schema, {
    target: 'draft-2020-12',
    io,
    unrepresentable: 'any',
  });
  const { $schema: _dialect, $defs: named, ...own } = rewriteReferences(converted);
  if (typeof named === 'object' && named !== null) {
    Object.assign(components, named);
  }
  const { id } = schema.meta() ?? {};
  if (typeof id !== 'string') {
    return own;
  }
  components[id] = own;
  return { $ref: `#/components/schemas/${id}` };
}

function rewriteReferences(schema: JsonSchema): JsonSchema {
  return Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, rewritten(key, value)]));
}

function rewritten(key: string, value: unknown): unknown {
  if (key === '$ref' && typeof value === 'string') {
    return value.replace('#/$defs/', '#/components/schemas/');
  }
  if (Array.isArray(value)) {
    return value.map((entry) => rewritten('', entry));
  }
  return typeof value === 'object' && value !== null ? rewriteReferences({ ...value }) : value;
}
