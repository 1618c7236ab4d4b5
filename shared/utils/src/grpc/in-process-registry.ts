import type { GrpcBinding } from './grpc-binding.js';

/**
 * The services that live in this process. A client looks here before it opens a socket; a service is
 * found from the moment it is initialised until it begins to stop.
 */
export class InProcessRegistry {
  private readonly bindings = new Map<string, GrpcBinding>();

  /** Offers a service to the clients of this process. Throws when another one offers the same API. */
  register(binding: GrpcBinding): void {
    const { fullName } = binding.definition;
    if (this.bindings.has(fullName)) {
      throw new Error(`${fullName} is already served in this process`);
    }
    this.bindings.set(fullName, binding);
  }

  /** Takes back what `register` offered; another service's binding of the same API stays. */
  unregister(binding: GrpcBinding): void {
    const { fullName } = binding.definition;
    if (this.bindings.get(fullName) === binding) {
      this.bindings.delete(fullName);
    }
  }

  /** The service behind an API, when it lives here. */
  find(fullName: string): GrpcBinding | undefined {
    return this.bindings.get(fullName);
  }
}
