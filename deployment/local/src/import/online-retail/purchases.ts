import type { RetailRow } from './row.js';

/** One invoice's articles. */
export interface Purchase {
  readonly invoice: string;
  readonly at: number;
  readonly customer: string | undefined;
  /** Units by article code; an article cancelled entirely is not in it. */
  readonly units: Map<string, number>;
}

interface Cancellation {
  readonly customer: string | undefined;
  readonly code: string;
  readonly at: number;
  readonly units: number;
}

/** What became of the cancellations. */
export interface CancellationOutcome {
  readonly lines: number;
  /** Lines whose every unit was found in earlier purchases. */
  readonly matched: number;
  readonly unitsTakenOut: number;
  readonly unitsWithoutPurchase: number;
}

/** Gathers invoices, and takes out of them what customers sent back. */
export class PurchaseHistory {
  readonly #purchases = new Map<string, Purchase>();
  readonly #cancellations: Cancellation[] = [];

  addSale({ invoice, at, customer, quantity }: RetailRow, code: string): void {
    const purchase = this.#purchases.get(invoice) ?? { invoice, at, customer, units: new Map() };
    this.#purchases.set(invoice, purchase);
    purchase.units.set(code, (purchase.units.get(code) ?? 0) + quantity);
  }

  addCancellation({ at, customer, quantity }: RetailRow, code: string): void {
    this.#cancellations.push({ customer, code, at, units: Math.abs(quantity) });
  }

  /**
   * Takes every cancellation out of what the same customer had bought of the article before, the latest purchase
   * first. To be called once, when all rows are in: the file is not in the order of time.
   */
  settle(): CancellationOutcome {
    const bought = this.#byCustomerAndArticle();
    const outcome = {
      lines: this.#cancellations.length,
      matched: 0,
      unitsTakenOut: 0,
      unitsWithoutPurchase: 0,
    };
    for (const cancellation of this.#cancellations.toSorted((left, right) => left.at - right.at)) {
      const left = takeOut(cancellation, bought.get(keyOf(cancellation.customer, cancellation.code)) ?? []);
      outcome.unitsTakenOut += cancellation.units - left;
      outcome.unitsWithoutPurchase += left;
      outcome.matched += left === 0 ? 1 : 0;
    }
    return outcome;
  }

  /** Invoices with something left in them, in the order of time. */
  purchases(): Purchase[] {
    return [...this.#purchases.values()]
      .filter(({ units }) => units.size > 0)
      .sort((left, right) => left.at - right.at || (left.invoice < right.invoice ? -1 : 1));
  }

  /** The purchases of known customers with each article, the latest first. */
  #byCustomerAndArticle(): Map<string | undefined, Purchase[]> {
    const bought = new Map<string | undefined, Purchase[]>();
    for (const purchase of this.purchases().reverse()) {
      for (const code of purchase.customer === undefined ? [] : purchase.units.keys()) {
        const key = keyOf(purchase.customer, code);
        const known = bought.get(key);
        if (known === undefined) {
          bought.set(key, [purchase]);
        } else {
          known.push(purchase);
        }
      }
    }
    return bought;
  }
}

/** Undefined when the customer is not known: such a cancellation belongs to no purchase. */
function keyOf(customer: string | undefined, code: string): string | undefined {
  return customer === undefined ? undefined : `${customer} ${code}`;
}

/** @returns the units no purchase was found for */
function takeOut({ code, at, units }: Cancellation, purchases: readonly Purchase[]): number {
  let left = units;
  for (const purchase of purchases) {
    const there = purchase.units.get(code) ?? 0;
    if (left === 0 || purchase.at > at || there === 0) {
      continue;
    }
    const taken = Math.min(left, there);
    left -= taken;
    if (taken === there) {
      purchase.units.delete(code);
    } else {
      purchase.units.set(code, there - taken);
    }
  }
  return left;
}
