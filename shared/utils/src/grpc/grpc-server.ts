import {
  logVerbosity,
  Metadata,
  type MethodDefinition,
  Server,
  ServerCredentials,
  type ServerErrorResponse,
  type ServerUnaryCall,
  type sendUnaryData,
  setLogVerbosity,
  status,
} from '@grpc/grpc-js';
import { type DomainError, ERROR_TABLE } from '../domain/errors.js';
import type { HealthRegistry } from '../health.js';
import type { Logger } from '../logger.js';
import type { CallOutcome } from './call-outcome.js';
import { ERROR_TRAILER, encodeError } from './error-codec.js';
import type { GrpcBinding } from './grpc-binding.js';
import type { GrpcMethod } from './grpc-types.js';
import { addHealthService } from './health-protocol.js';

/** Largest request and response, in bytes. */
export const MAX_MESSAGE_BYTES = 16 * 1024 * 1024;

const STATUS_MESSAGE_LIMIT = 256;
/** Callers reconnect now and then, so that new replicas get their share. */
const CONNECTION_AGE_MS = 5 * 60_000;
const CONNECTION_AGE_GRACE_MS = 30_000;

type UnaryHandler = (call: ServerUnaryCall<unknown, Buffer>, done: sendUnaryData<Buffer>) => void;

/** What a gRPC server serves. */
export interface GrpcServerOptions {
  readonly bindings: readonly GrpcBinding[];
  readonly health: HealthRegistry;
  readonly logger: Logger;
}

/** The gRPC port of one service: its bindings and the health protocol. */
export class GrpcServer {
  private readonly server = new Server({
    'grpc.max_receive_message_length': MAX_MESSAGE_BYTES,
    'grpc.max_send_message_length': MAX_MESSAGE_BYTES,
    'grpc.max_connection_age_ms': CONNECTION_AGE_MS,
    'grpc.max_connection_age_grace_ms': CONNECTION_AGE_GRACE_MS,
  });

  constructor(private readonly options: GrpcServerOptions) {
    for (const binding of options.bindings) {
      this.add(binding);
    }
    const served = options.bindings.map((binding) => binding.definition.fullName);
    addHealthService(this.server, served, options.health);
  }

  /** Opens the port (0 for a free one) and resolves to it. Rejects when it is taken. */
  async listen(host: string, port: number): Promise<number> {
    // Without this grpc-js also prints to standard error what the promise here reports.
    setLogVerbosity(logVerbosity.NONE);
    const { promise, resolve, reject } = Promise.withResolvers<number>();
    const address = `${host.includes(':') ? `[${host}]` : host}:${port}`;
    this.server.bindAsync(address, ServerCredentials.createInsecure(), (error, bound) =>
      error === null ? resolve(bound) : reject(error),
    );
    return await promise;
  }

  /** Takes no new calls, lets running ones end for `graceMs` milliseconds, then cuts them off. */
  async stop(graceMs: number): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const force = setTimeout(() => {
      this.options.logger.warn('gRPC calls were still running when the time to stop was over.');
      this.server.forceShutdown();
    }, graceMs);
    this.server.tryShutdown((error) => (error === undefined ? resolve() : reject(error)));
    try {
      await promise;
    } finally {
      clearTimeout(force);
    }
  }

  private add(binding: GrpcBinding): void {
    const methods: Record<string, MethodDefinition<unknown, Buffer>> = {};
    const handlers: Record<string, UnaryHandler> = {};
    for (const [key, method] of Object.entries(binding.definition.methods)) {
      methods[key] = wireMethod(binding.definition.fullName, method);
      handlers[key] = (call, done) => {
        void this.serve(binding, key, method, call).then(({ error, response }) => done(error, response));
      };
    }
    this.server.addService(methods, handlers);
  }

  private async serve(
    binding: GrpcBinding,
    key: string,
    method: GrpcMethod,
    call: ServerUnaryCall<unknown, Buffer>,
  ): Promise<{ error: Partial<ServerErrorResponse> | null; response: Buffer | null }> {
    const abort = new AbortController();
    call.on('cancelled', () => abort.abort(new Error('the caller cancelled the call')));
    const deadline = Number(call.getDeadline());
    const outcome = await binding.handle(key, call.request, {
      metadata: textMetadata(call.metadata),
      deadline: Number.isFinite(deadline) ? deadline : undefined,
      signal: abort.signal,
    });
    return this.reply(method, outcome);
  }

  private reply(
    method: GrpcMethod,
    outcome: CallOutcome,
  ): { error: Partial<ServerErrorResponse> | null; response: Buffer | null } {
    if (!outcome.ok) {
      return { error: statusOf(outcome.error), response: null };
    }
    try {
      const bytes = method.responseType.encode(outcome.response).finish();
      return { error: null, response: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length) };
    } catch (error) {
      // A value no protobuf field can hold; the reason stays in the log.
      this.options.logger.error('A gRPC response could not be encoded.', {
        method: method.name,
        error,
      });
      return {
        error: { code: status.INTERNAL, details: 'The response could not be sent.' },
        response: null,
      };
    }
  }
}

function wireMethod(fullName: string, method: GrpcMethod): MethodDefinition<unknown, Buffer> {
  return {
    path: `/${fullName}/${method.name}`,
    requestStream: false,
    responseStream: false,
    requestSerialize: (request) => Buffer.from(method.requestType.encode(request).finish()),
    requestDeserialize: (bytes) => method.requestType.decode(bytes),
    // Encoded in `reply`, where a failure can still become a proper answer.
    responseSerialize: (bytes) => bytes,
    responseDeserialize: (bytes) => bytes,
  };
}

function statusOf(error: DomainError): Partial<ServerErrorResponse> {
  const metadata = new Metadata();
  metadata.set(ERROR_TRAILER, encodeError(error));
  return {
    code: ERROR_TABLE[error.code].grpc,
    details: error.message.slice(0, STATUS_MESSAGE_LIMIT),
    metadata,
  };
}

function textMetadata(metadata: Metadata): Record<string, string> {
  return Object.fromEntries(
    Object.entries(metadata.getMap()).filter(
      (entry): entry is [string, string] => typeof entry[1] === 'string',
    ),
  );
}
