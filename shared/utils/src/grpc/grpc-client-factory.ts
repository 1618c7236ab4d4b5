import { GrpcChannel } from './grpc-channel.js';
import type { GrpcCallOptions, GrpcClient, GrpcDefinition } from './grpc-types.js';
import { GrpcUpstream, type UpstreamDependencies } from './grpc-upstream.js';

/** Makes the gRPC clients of one service and owns their connections. */
export class GrpcClientFactory {
  private readonly channels = new Map<string, GrpcChannel>();
  private readonly upstreams = new Map<string, GrpcUpstream>();

  constructor(private readonly deps: UpstreamDependencies) {}

  /**
   * A client of an API at `host:port` (or `dns:///host:port`). Nothing is connected before the first
   * call. Clients of the same API and address share connection, retry budget and circuit breaker.
   */
  client<D extends GrpcDefinition>(definition: D, address: string): GrpcClient<D> {
    const upstream = this.upstream(definition, address);
    const client = Object.fromEntries(
      Object.entries(definition.methods).map(([key, method]) => [
        key,
        (request: unknown, options?: GrpcCallOptions) => upstream.call(key, method, request, options),
      ]),
    );
    if (!isClientOf(definition, client)) {
      throw new Error(`The client of ${definition.fullName} is incomplete`);
    }
    return client;
  }

  /** Closes every connection. Calls made afterwards are SERVICE_UNAVAILABLE. */
  async close(): Promise<void> {
    for (const channel of this.channels.values()) {
      channel.close();
    }
  }

  /** Nest's last shutdown phase: other providers may still need their clients in the earlier ones. */
  async onApplicationShutdown(): Promise<void> {
    await this.close();
  }

  private upstream(definition: GrpcDefinition, address: string): GrpcUpstream {
    const key = `${definition.fullName}@${address}`;
    const known = this.upstreams.get(key);
    if (known !== undefined) {
      return known;
    }
    const upstream = new GrpcUpstream(definition, this.channel(address), this.deps);
    this.upstreams.set(key, upstream);
    return upstream;
  }

  private channel(address: string): GrpcChannel {
    const known = this.channels.get(address);
    if (known !== undefined) {
      return known;
    }
    const channel = new GrpcChannel(address);
    this.channels.set(address, channel);
    return channel;
  }
}

function isClientOf<D extends GrpcDefinition>(definition: D, candidate: object): candidate is GrpcClient<D> {
  return Object.keys(definition.methods).every((key) => typeof Reflect.get(candidate, key) === 'function');
}
