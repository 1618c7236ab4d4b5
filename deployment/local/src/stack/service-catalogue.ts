import type { ServiceDefinition, ServiceName } from '@vici/utils';

/** A service of the stack, by its short name. */
export type StackService = ServiceName | 'gateway';

/**
 * Who starts with whom: each layer calls only the ones before it. Inside a layer services start at once.
 */
export const START_LAYERS: readonly (readonly StackService[])[] = [
  ['auth', 'product', 'inventory', 'payment', 'event', 'notification'],
  ['user', 'cart', 'recommendation'],
  ['order'],
  ['gateway'],
];

/** All eleven, the gateway first: the order people read them in. */
export const STACK_SERVICES: readonly StackService[] = [
  'gateway',
  'auth',
  'user',
  'product',
  'inventory',
  'cart',
  'order',
  'payment',
  'recommendation',
  'event',
  'notification',
];

/** Loaded only when asked: a supervisor of separate processes needs none of their code. */
const DEFINITIONS: Readonly<Record<StackService, () => Promise<ServiceDefinition>>> = {
  gateway: async () => (await import('@vici/api-gateway')).gatewayService,
  auth: async () => (await import('@vici/auth-service')).authService,
  user: async () => (await import('@vici/user-service')).userService,
  product: async () => (await import('@vici/product-service')).productService,
  inventory: async () => (await import('@vici/inventory-service')).inventoryService,
  cart: async () => (await import('@vici/cart-service')).cartService,
  order: async () => (await import('@vici/order-service')).orderService,
  payment: async () => (await import('@vici/payment-service')).paymentService,
  recommendation: async () => (await import('@vici/recommendation-service')).recommendationService,
  event: async () => (await import('@vici/event-service')).eventService,
  notification: async () => (await import('@vici/notification-service')).notificationService,
};

/** The definition of a service, loaded with all its code. */
export function loadDefinition(name: StackService): Promise<ServiceDefinition> {
  return DEFINITIONS[name]();
}

/** The service's folder, from the root of the repository. */
export function folderOf(name: StackService): string {
  return name === 'gateway' ? 'api-gateway' : `services/${name}-service`;
}

/**
 * The service a person or program means by `order`, `order-service` or `api-gateway`.
 * @throws Error naming all services
 */
export function serviceNamed(text: string): StackService {
  const short = text === 'api-gateway' ? 'gateway' : text.replace(/-service$/, '');
  const found = STACK_SERVICES.find((name) => name === short);
  if (found === undefined) {
    throw new Error(`There is no service "${text}". The services are ${STACK_SERVICES.join(', ')}.`);
  }
  return found;
}

/** The layers with only the named services in them. */
export function layersOf(services: readonly StackService[]): StackService[][] {
  return START_LAYERS.map((layer) => layer.filter((name) => services.includes(name))).filter(
    (layer) => layer.length > 0,
  );
}
