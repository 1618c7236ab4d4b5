/** Why nothing is sent to an address any more. */
export type SuppressionReason = 'bounce' | 'complaint';

/** Addresses that nothing is sent to any more. */
export abstract class SuppressionRepository {
  /** Told twice, the first report counts. */
  abstract add(address: string, reason: SuppressionReason, reportId: string): Promise<void>;
  abstract reasonFor(address: string): Promise<SuppressionReason | undefined>;
}
