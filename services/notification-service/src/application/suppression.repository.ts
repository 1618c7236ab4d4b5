/** Why nothing is sent to an address any more. */
export type SuppressionReason = 'bounce' | 'complaint';

/** That nothing is sent to an address any more. */
export interface Suppression {
  readonly reason: SuppressionReason;
  readonly since: Date;
}

/** Addresses that nothing is sent to any more, kept as hashes that nobody can read an address from. */
export abstract class SuppressionRepository {
  /** Told twice, the first report counts. */
  abstract add(address: string, reason: SuppressionReason, reportId: string): Promise<void>;
  abstract reasonFor(address: string): Promise<SuppressionReason | undefined>;
  /** The suppressions of the addresses. */
  abstract of(addresses: readonly string[]): Promise<Suppression[]>;
  /** Makes sure that none of the addresses stands here as it is written; the suppressions hold. */
  abstract forgetAddresses(addresses: readonly string[]): Promise<void>;
}
