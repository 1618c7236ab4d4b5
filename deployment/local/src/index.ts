export { runningAddresses, runningDatabases } from './cli/running-stack.js';
export { importDummyJson, importOnlineRetail } from './import/import-data.js';
export { type Addresses, seedShop } from './seed/seed-shop.js';
export { DEMO_ADMIN, DEMO_CUSTOMER } from './stack/development-accounts.js';
export { ServiceStartError, startLocalStack } from './stack/local-stack.js';
export { PortTakenError } from './stack/port-reservation.js';
export { AlreadyRunningError } from './stack/run-state.js';
export { folderOf, loadDefinition, STACK_SERVICES, type StackService } from './stack/service-catalogue.js';
export type { LocalStack, LocalStackOptions } from './stack/stack-options.js';
