/** The ten services behind the gateway. */
export type ServiceName =
  | 'auth'
  | 'user'
  | 'product'
  | 'inventory'
  | 'cart'
  | 'order'
  | 'payment'
  | 'recommendation'
  | 'event'
  | 'notification';

/** The ports a process listens on; the gateway speaks HTTP only. */
export interface ServicePorts {
  readonly http: number;
  readonly grpc?: number;
}

/** The default ports of every service. */
export const SERVICE_PORTS = {
  gateway: { http: 3000 },
  auth: { http: 3001, grpc: 50001 },
  user: { http: 3002, grpc: 50002 },
  product: { http: 3003, grpc: 50003 },
  inventory: { http: 3004, grpc: 50004 },
  cart: { http: 3005, grpc: 50005 },
  order: { http: 3006, grpc: 50006 },
  payment: { http: 3007, grpc: 50007 },
  recommendation: { http: 3008, grpc: 50008 },
  event: { http: 3009, grpc: 50009 },
  notification: { http: 3010, grpc: 50010 },
} as const satisfies Readonly<Record<ServiceName | 'gateway', ServicePorts>>;
