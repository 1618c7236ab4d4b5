import { Client, credentials, Metadata, type ServiceError, status } from '@grpc/grpc-js';
import { DomainError } from '../domain/errors.js';
import type { CallMetadata } from './call-metadata.js';
import {
  answered,
  type CallFailure,
  type CallOutcome,
  cancelled,
  deadlineExceeded,
  spokenName,
  unavailable,
} from './call-outcome.js';
import { decodeError, ERROR_TRAILER } from './error-codec.js';
import { MAX_MESSAGE_BYTES } from './grpc-server.js';
import type { GrpcDefinition, GrpcMethod } from './grpc-types.js';

const KEEPALIVE_MS = 30_000;
const KEEPALIVE_TIMEOUT_MS = 5000;
const FIRST_RECONNECT_MS = 100;
const SLOWEST_RECONNECT_MS = 1000;

/** What goes out with one attempt. */
export interface OutgoingCall {
  readonly metadata: CallMetadata;
  /** Epoch milliseconds. */
  readonly deadline: number;
  readonly signal: AbortSignal | undefined;
}

/** The connection to one address. It connects at the first call and again after it was lost. */
export class GrpcChannel {
  private readonly client: Client;

  /** @param address `host:port`, or `dns:///host:port` to spread calls over every address of a name. */
  constructor(address: string) {
    this.client = new Client(address, credentials.createInsecure(), {
      'grpc.max_receive_message_length': MAX_MESSAGE_BYTES,
      'grpc.max_send_message_length': MAX_MESSAGE_BYTES,
      'grpc.keepalive_time_ms': KEEPALIVE_MS,
      'grpc.keepalive_timeout_ms': KEEPALIVE_TIMEOUT_MS,
      'grpc.initial_reconnect_backoff_ms': FIRST_RECONNECT_MS,
      'grpc.max_reconnect_backoff_ms': SLOWEST_RECONNECT_MS,
      // A call that no server has begun goes out again, as when a replica leaves; what else is tried again is decided
      // in one place, with a budget (GrpcUpstream).
      'grpc.enable_retries': 1,
      'grpc.enable_http_proxy': 0,
      'grpc.service_config_disable_resolution': 1,
      'grpc.use_local_subchannel_pool': 1,
      ...(address.startsWith('dns:') ? { 'grpc.service_config': ROUND_ROBIN } : {}),
    });
  }

  /** One attempt. Never rejects. */
  async call(
    definition: GrpcDefinition,
    method: GrpcMethod,
    request: unknown,
    outgoing: OutgoingCall,
  ): Promise<CallOutcome> {
    const { signal } = outgoing;
    if (signal?.aborted === true) {
      return cancelled(definition, signal.reason);
    }
    const metadata = wireMetadata(outgoing.metadata);
    const { promise, resolve } = Promise.withResolvers<CallOutcome>();
    let cancel: () => void = () => undefined;
    try {
      const call = this.client.makeUnaryRequest(
        `/${definition.fullName}/${method.name}`,
        (message: unknown) => Buffer.from(method.requestType.encode(message).finish()),
        (bytes) => method.responseType.decode(bytes),
        request,
        metadata,
        { deadline: outgoing.deadline },
        (error, response) =>
          resolve(error === null ? { ok: true, response } : failureOf(definition, error, signal)),
      );
      cancel = () => call.cancel();
      signal?.addEventListener('abort', cancel, { once: true });
      return await promise;
    } catch (error) {
      // grpc-js throws, rather than answers, when the channel has been closed.
      return unavailable(definition, error);
    } finally {
      signal?.removeEventListener('abort', cancel);
    }
  }

  close(): void {
    this.client.close();
  }
}

const ROUND_ROBIN = JSON.stringify({ loadBalancingConfig: [{ round_robin: {} }] });

function wireMetadata(metadata: CallMetadata): Metadata {
  const wire = new Metadata();
  for (const [name, value] of Object.entries(metadata)) {
    wire.set(name, value);
  }
  return wire;
}

/** The texts of grpc-js name addresses, so none of them leaves as a message; they stay in the cause. */
function failureOf(
  definition: GrpcDefinition,
  error: ServiceError,
  signal: AbortSignal | undefined,
): CallFailure {
  const [trailer] = error.metadata.get(ERROR_TRAILER);
  const reported = Buffer.isBuffer(trailer) ? decodeError(trailer, error) : undefined;
  if (reported !== undefined) {
    return answered(reported);
  }
  switch (error.code) {
    case status.UNAVAILABLE:
      return unavailable(definition, error);
    case status.DEADLINE_EXCEEDED:
      return deadlineExceeded(definition, error);
    case status.CANCELLED:
      // Not cancelled from here: the other side cut the call off, as it does at the end of its grace time.
      return signal?.aborted === true ? cancelled(definition, error) : unavailable(definition, error);
    case status.RESOURCE_EXHAUSTED:
      return answered(domainError('PAYLOAD_TOO_LARGE', 'The message is larger than 16 MB.', error));
    default:
      return answered(domainError('INTERNAL', `${spokenName(definition)} failed unexpectedly.`, error));
  }
}

function domainError(
  code: 'PAYLOAD_TOO_LARGE' | 'INTERNAL',
  message: string,
  cause: ServiceError,
): DomainError {
  return new DomainError(code, message, undefined, { cause });
}
