import type { MerchandisingFields, MerchandisingRule } from '../domain/merchandising.js';

/** The rules by which people put products forward. */
export abstract class MerchandisingRepository {
  /** All of them, the newest first. */
  abstract list(): Promise<MerchandisingRule[]>;
  /** The rule, locked until the transaction ends. */
  abstract findLocked(id: string): Promise<MerchandisingRule | undefined>;
  abstract add(id: string, fields: MerchandisingFields, now: Date): Promise<MerchandisingRule>;
  abstract replace(id: string, fields: MerchandisingFields, now: Date): Promise<MerchandisingRule>;
  abstract delete(id: string): Promise<void>;
}
