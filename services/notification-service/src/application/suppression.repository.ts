import type { ClaimedDelivery } from '../domain/delivery.js';

/** Why nothing is sent to an address any more. */
export type SuppressionReason = 'bounce' | 'complaint';

/** That nothing is sent to an address any more. */
export interface Suppression {
  readonly reason: SuppressionReason;
  readonly since: Date;
}

/** How things stand with a delivery that is about to be sent. */
export interface Standing {
  /** It is still in the hands of the sender whose claim it is. */
  readonly held: boolean;
  /** Why nothing may be sent to its address. */
  readonly suppressed?: SuppressionReason;
}

/** Addresses that nothing is sent to any more, kept as hashes that nobody can read an address from. */
export abstract class SuppressionRepository {
  /** Told twice, the first report counts. */
  abstract add(address: string, reason: SuppressionReason, reportId: string): Promise<void>;
  /** In one look, with those that are asked for together: it is asked for every message just before it is sent. */
  abstract standingOf(claim: ClaimedDelivery): Promise<Standing>;
  /** The suppressions of the addresses. */
  abstract of(addresses: readonly string[]): Promise<Suppression[]>;
  /** Makes sure that none of the addresses stands here as it is written; the suppressions hold. */
  abstract forgetAddresses(addresses: readonly string[]): Promise<void>;
}
