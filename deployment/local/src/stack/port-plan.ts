import { SERVICE_PORTS } from '@vici/utils';
import { lastingPort } from './lasting-port.js';
import { STACK_SERVICES, type StackService } from './service-catalogue.js';

/** The ports of one service. */
export interface ServicePortPair {
  readonly http: number;
  readonly grpc?: number;
}

/** The plan with other ports for one service. */
export function withPorts(plan: PortPlan, name: StackService, ports: ServicePortPair): PortPlan {
  return { ...plan, services: { ...plan.services, [name]: ports } };
}

/** Every port a stack listens on, except those of Postgres, Redis and Kafka, which are always free ones. */
export interface PortPlan {
  readonly services: Readonly<Record<StackService, ServicePortPair>>;
  /** Fixed, because the pictures' public addresses contain it. */
  readonly s3: number;
  readonly smtp: number;
  readonly inbox: number;
}

const DOCUMENTED_BACKING = { s3: 9000, smtp: 1025, inbox: 8025 } as const;
const MAX_OFFSET = 10_000;

/** The documented ports, all moved by `offset`, so that two checkouts can run side by side. */
export function documentedPorts(offset: number): PortPlan {
  const services = planOf((name) => {
    const { http, grpc }: ServicePortPair = SERVICE_PORTS[name];
    return grpc === undefined ? { http: http + offset } : { http: http + offset, grpc: grpc + offset };
  });
  const { s3, smtp, inbox } = DOCUMENTED_BACKING;
  return { services, s3: s3 + offset, smtp: smtp + offset, inbox: inbox + offset };
}

/** Ports nothing listens on now. */
export async function freePorts(): Promise<PortPlan> {
  const ports = new Set<number>();
  while (ports.size < STACK_SERVICES.length * 2 + 3) {
    ports.add(await lastingPort());
  }
  const remaining = [...ports];
  const next = (): number => remaining.pop() ?? 0;
  const services = planOf((name) => (name === 'gateway' ? { http: next() } : { http: next(), grpc: next() }));
  return { services, s3: next(), smtp: next(), inbox: next() };
}

/**
 * VICI_PORT_OFFSET as a number, 0 when it is not set.
 * @throws Error in one sentence
 */
export function portOffset(text: string | undefined): number {
  const offset = Number(text?.trim() || '0');
  if (!Number.isInteger(offset) || offset < 0 || offset > MAX_OFFSET) {
    throw new Error(`VICI_PORT_OFFSET must be a whole number from 0 to ${MAX_OFFSET}, not "${text}".`);
  }
  return offset;
}

function planOf(portsOf: (name: StackService) => ServicePortPair): PortPlan['services'] {
  return {
    gateway: portsOf('gateway'),
    auth: portsOf('auth'),
    user: portsOf('user'),
    product: portsOf('product'),
    inventory: portsOf('inventory'),
    cart: portsOf('cart'),
    order: portsOf('order'),
    payment: portsOf('payment'),
    recommendation: portsOf('recommendation'),
    event: portsOf('event'),
    notification: portsOf('notification'),
  };
}
