/** The parsed configuration of the running service: `@Inject(CONFIG) config: OrderConfig`. */
export const CONFIG: unique symbol = Symbol('vici.config');
