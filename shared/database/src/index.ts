export { type ArrayElement, arrayOf, columnOf } from './array-parameter.js';
export { json } from './column-types.js';
export { commitOnlyIf, isCommitRefused } from './commit-only-if.js';
export { Database, type DatabaseOptions, type TransactionOptions } from './database.js';
export { DatabaseModule, type DatabaseModuleOptions } from './database.module.js';
export { type DatabaseSettings, databaseOf } from './database-of.js';
export { ListOrder, type Placed, type SortKey } from './list-order.js';
export { type Migration, migrate, readMigrations } from './migrations.js';
export {
  decodeCursor,
  encodeCursor,
  offsetOf,
  type Page,
  type PageMessage,
  type PageRequest,
  pageInfoOf,
  pageOf,
  pageRequest,
  requestedPage,
} from './pagination.js';
export {
  isCheckViolation,
  isConnectionFault,
  isExclusionViolation,
  isForeignKeyViolation,
  isUniqueViolation,
} from './postgres-errors.js';
export { RecentlyWritten } from './recently-written.js';
export { sql } from './sql.js';
export { type Given, Statement } from './statement.js';
export { type IsolationLevel, TransactionDoomedError, TransactionEndedError } from './transaction-scope.js';
export { UnitOfWork } from './unit-of-work.js';
