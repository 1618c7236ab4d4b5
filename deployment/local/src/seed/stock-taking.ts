import { createHash } from 'node:crypto';
import { StockOperation } from '@vici/proto-gen/inventory';
import { PATIENT, type ShopClients } from './shop-clients.js';

/** Units on hand of one SKU. */
export interface StockCount {
  readonly sku: string;
  readonly productId: string;
  readonly variantId?: string;
  readonly units: number;
}

const MOST_A_CALL = 1000;

/**
 * Sets the stock of many SKUs. The reference is made from the counts, so the same counts again change nothing: what
 * was sold in between stays sold.
 */
export async function setStock(
  inventory: ShopClients['inventory'],
  origin: string,
  counts: readonly StockCount[],
): Promise<void> {
  for (let start = 0; start < counts.length; start += MOST_A_CALL) {
    const batch = counts.slice(start, start + MOST_A_CALL);
    const digest = createHash('sha256').update(JSON.stringify(batch)).digest('hex').slice(0, 32);
    const changes = batch.map(({ sku, productId, variantId, units }) => ({
      sku,
      productId,
      ...(variantId === undefined ? {} : { variantId }),
      operation: StockOperation.SET,
      quantity: units,
    }));
    await inventory.changeStock(
      { changes, reason: `Opening stock (${origin})`, reference: `${origin}:${digest}` },
      PATIENT,
    );
  }
}
