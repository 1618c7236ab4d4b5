/** What the shop decides about its stock. */
export abstract class InventorySettings {
  /** How long units stay reserved when the caller does not say, in seconds. */
  abstract readonly reservationTtlSeconds: number;
  /** Available units at which a SKU is low. */
  abstract readonly lowStockThreshold: number;
}
