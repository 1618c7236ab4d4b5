import type { Page, PageRequest } from '@vici/database';
import type { Return, ReturnStatus } from '../../domain/return.entity.js';

/** Where returns are kept. Change one only while its order is locked. */
export abstract class ReturnRepository {
  abstract insert(asked: Return): Promise<void>;
  abstract update(changed: Return): Promise<void>;
  abstract find(id: string): Promise<Return | undefined>;
  abstract findByRequestKey(orderId: string, key: string): Promise<Return | undefined>;

  /** Newest first. */
  abstract listOf(orderId: string): Promise<readonly Return[]>;

  /** Everybody's, oldest first. */
  abstract queue(status: ReturnStatus | undefined, page: PageRequest): Promise<Page<Return>>;
}
