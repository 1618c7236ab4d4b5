import { BinaryReader, BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import { type MethodDefinition, type Server, type sendUnaryData, status } from '@grpc/grpc-js';
import type { HealthRegistry } from '../health.js';

/** Answers of `grpc.health.v1.Health/Check` (grpc/health/v1/health.proto). */
const SERVING = 1;
const NOT_SERVING = 2;

interface HealthCheckRequest {
  readonly service: string;
}

const CHECK: MethodDefinition<HealthCheckRequest, number> = {
  path: '/grpc.health.v1.Health/Check',
  requestStream: false,
  responseStream: false,
  requestSerialize: ({ service }) => Buffer.from(new BinaryWriter().uint32(10).string(service).finish()),
  requestDeserialize: decodeRequest,
  responseSerialize: (serving) => Buffer.from(new BinaryWriter().uint32(8).int32(serving).finish()),
  responseDeserialize: (bytes) => bytes.at(1) ?? 0,
};

/**
 * Adds the standard health protocol. The empty name asks for the whole server; each served API is
 * as ready as the service; another name is NOT_FOUND. Watch is left unimplemented, which the
 * protocol's clients take for "always healthy".
 */
export function addHealthService(server: Server, served: readonly string[], health: HealthRegistry): void {
  const known = new Set(['', ...served]);
  const check = (call: { readonly request: HealthCheckRequest }, done: sendUnaryData<number>): void => {
    if (!known.has(call.request.service)) {
      done({ code: status.NOT_FOUND, details: 'unknown service' });
      return;
    }
    health.readiness().then(
      ({ ready }) => done(null, ready ? SERVING : NOT_SERVING),
      () => done(null, NOT_SERVING),
    );
  };
  server.addService({ check: CHECK }, { check });
}

function decodeRequest(bytes: Buffer): HealthCheckRequest {
  const reader = new BinaryReader(bytes);
  let service = '';
  while (reader.pos < reader.len) {
    const [field, wireType] = reader.tag();
    if (field === 1 && wireType === WireType.LengthDelimited) {
      service = reader.string();
    } else {
      reader.skip(wireType, field);
    }
  }
  return { service };
}
