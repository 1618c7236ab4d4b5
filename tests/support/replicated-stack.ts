import { constants, setPriority } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  type LocalStack,
  type LocalStackOptions,
  type Replica,
  STACK_SERVICES,
  type StackService,
} from '@vici/local';
import { ConnectionBalancer, RequestBalancer } from './balancer.ts';
import { startStack } from './stack.ts';

/** A Vici with two processes of each service, and a balancer before each pair. */
export interface ReplicatedStack {
  readonly stack: LocalStack;
  /** The balancer's address before both gateways, without `/api`. */
  readonly apiUrl: string;
  /** Ends one process of each service after the other by SIGTERM and starts it again: both of each. */
  restartAll(onRestart: (service: StackService) => void): Promise<void>;
  /** The second process of a service. */
  replica(service: StackService): Replica;
  stop(): Promise<void>;
}

const CALLED = STACK_SERVICES.filter((service) => service !== 'gateway');

/** How long a process that leaves is unready but still serves: the balancers look every 400 ms. */
const LEAVE_MS = '1000';
const LOOK_MS = 20;

export async function startReplicatedStack(
  options: Partial<LocalStackOptions> = {},
): Promise<ReplicatedStack> {
  const balancers = new Map<StackService, ConnectionBalancer>();
  for (const service of CALLED) balancers.set(service, await ConnectionBalancer.open());
  const front = await RequestBalancer.open();
  const stack = await startStack({
    ...options,
    mode: 'processes',
    env: { SHUTDOWN_DELAY_MS: LEAVE_MS, ...addressesOf(balancers), ...options.env },
  });
  const replicas = new Map<StackService, Replica>();
  for (const service of STACK_SERVICES) {
    const replica = await stack.startReplica(service);
    replicas.set(service, replica);
    const [first, second] = [stack.endpoints.http(service), replica.http];
    if (service === 'gateway') {
      await front.add({ address: new URL(first).host, http: first });
      await front.add({ address: new URL(second).host, http: second });
    } else {
      const balancer = balancers.get(service);
      await balancer?.add({ address: stack.endpoints.grpc(service), http: first });
      await balancer?.add({ address: replica.grpc, http: second });
    }
  }
  const replica = (service: StackService): Replica => {
    const found = replicas.get(service);
    if (found === undefined) throw new Error(`${service} has no replica`);
    return found;
  };
  return {
    stack,
    apiUrl: front.url,
    replica,
    restartAll: async (onRestart) => {
      for (const service of STACK_SERVICES) {
        onRestart(service);
        const second = replica(service);
        await restartAside(
          () => stack.restart(service),
          () => stack.pid(service),
        );
        await restartAside(
          () => second.restart(),
          () => second.pid,
        );
      }
    },
    stop: async () => {
      await stack.stop();
      await Promise.all([front.close(), ...[...balancers.values()].map((balancer) => balancer.close())]);
    },
  };
}

function addressesOf(balancers: ReadonlyMap<StackService, ConnectionBalancer>): Record<string, string> {
  return Object.fromEntries(
    [...balancers].map(([service, { address }]) => [`${service.toUpperCase()}_GRPC_URL`, address]),
  );
}

/**
 * Until it is ready a process that starts gets what the others leave of this machine: elsewhere it would have another one.
 * Only root may give it its full share again, so for others it has that from the start.
 */
async function restartAside(restart: () => Promise<void>, pidOf: () => number | undefined): Promise<void> {
  const old = pidOf();
  let ready = process.getuid?.() !== 0;
  const restarting = restart().finally(() => {
    ready = true;
  });
  while (!ready) {
    const pid = pidOf();
    if (pid !== undefined && pid !== old) {
      setPriority(pid, constants.priority.PRIORITY_LOW);
      await restarting;
      setPriority(pid, constants.priority.PRIORITY_NORMAL);
      return;
    }
    await sleep(LOOK_MS);
  }
  await restarting;
}
