import { folderOf, loadDefinition, STACK_SERVICES, type StackService } from '@vici/local';
import { describeKeys, type KeyDescription, SERVICE_PORTS } from '@vici/utils';

/** What the deployment files say of one service, read from its own definition and configuration schema. */
export interface DeployedService {
  /** Short name, e.g. `order`. */
  readonly name: StackService;
  /** Folder name, image and Kubernetes name, e.g. `order-service`. */
  readonly fullName: string;
  readonly http: number;
  readonly grpc: number | undefined;
  /** Short names of the services it calls, from its `<NAME>_GRPC_URL` keys. */
  readonly calls: readonly StackService[];
  readonly keys: readonly KeyDescription[];
}

/** The eleven services, the gateway first. */
export async function deployedServices(): Promise<DeployedService[]> {
  return await Promise.all(
    STACK_SERVICES.map(async (name) => {
      const keys = describeKeys((await loadDefinition(name)).config);
      const ports: { readonly http: number; readonly grpc?: number } = SERVICE_PORTS[name];
      return {
        name,
        fullName: fullNameOf(name),
        http: ports.http,
        grpc: ports.grpc,
        calls: STACK_SERVICES.filter((other) => keys.some(({ key }) => key === upstreamKey(other))),
        keys,
      };
    }),
  );
}

/** `order-service`, `api-gateway`. */
export function fullNameOf(name: StackService): string {
  return folderOf(name).replace('services/', '');
}

/** The configuration key that holds the address of a service. */
export function upstreamKey(name: StackService): string {
  return `${name.toUpperCase()}_GRPC_URL`;
}

export function hasKey({ keys }: DeployedService, name: string): boolean {
  return keys.some(({ key }) => key === name);
}

/** Secrets of a service: what its schema marks so. */
export function secretsOf({ keys }: DeployedService): readonly KeyDescription[] {
  return keys.filter(({ secret }) => secret);
}

/** The key of the folder a service keeps across restarts, and where it stands in a container. */
export const KEPT_FOLDER = { key: 'INGEST_SPOOL_DIR', path: '/var/lib/vici' } as const;

/** Whether a service keeps files that must outlive its process. */
export function keepsFiles(service: DeployedService): boolean {
  return hasKey(service, KEPT_FOLDER.key);
}

/**
 * Of every service. Left to itself Node makes the space of young objects by the memory limit, and takes 1 MB for each half
 * at 512 MB: too little for what a few requests hold at once. Three times the half is what it costs at most. And it marks
 * what is old on four threads, whatever the machine has: these take the cores from the requests that run meanwhile.
 */
export const NODE_OPTIONS = '--max-semi-space-size=16 --v8-pool-size=1';
