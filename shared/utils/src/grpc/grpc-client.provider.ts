import { type FactoryProvider, Inject } from '@nestjs/common';
import { CONFIG } from '../service/config.token.js';
import { GrpcClientFactory } from './grpc-client-factory.js';
import type { GrpcClient, GrpcDefinition } from './grpc-types.js';

/**
 * A Nest provider of the client of an API. The address is the configuration's `<NAME>_GRPC_URL`, with
 * the name of the API's package: `vici.product.v1.ProductService` reads PRODUCT_GRPC_URL.
 */
export function grpcClient<D extends GrpcDefinition>(definition: D): FactoryProvider<GrpcClient<D>> {
  return {
    provide: clientToken(definition),
    useFactory: (factory: GrpcClientFactory, config: Readonly<Record<string, unknown>>) =>
      factory.client(definition, addressOf(definition, config)),
    inject: [GrpcClientFactory, CONFIG],
  };
}

/** Injects the client that `grpcClient(definition)` provides. */
export function InjectGrpc(definition: GrpcDefinition): ParameterDecorator {
  return Inject(clientToken(definition));
}

function clientToken(definition: GrpcDefinition): string {
  return `GrpcClient(${definition.fullName})`;
}

function addressOf(definition: GrpcDefinition, config: Readonly<Record<string, unknown>>): string {
  const [, area] = definition.fullName.split('.');
  const key = `${area?.toUpperCase() ?? ''}_GRPC_URL`;
  const address = config[key];
  if (typeof address !== 'string' || address === '') {
    throw new Error(
      `${key} is not configured: spread upstreamConfig('${area ?? ''}') into the service's configuration to call ${definition.fullName}`,
    );
  }
  return address;
}
