import { Article } from './articles.js';
import type { RetailProduct } from './products.js';
import { type CancellationOutcome, type Purchase, PurchaseHistory } from './purchases.js';
import type { RowVisitor } from './retail-file.js';
import type { RetailRow } from './row.js';
import { kindOfCode, namesService, normalCode } from './stock-code.js';

/** A line that could not be read. */
export interface MalformedRow {
  readonly line: number;
  readonly fault: string;
}

/** What was counted while reading. */
export interface RowCounts {
  rows: number;
  malformed: number;
  withoutDescription: number;
  withoutCustomer: number;
  zeroPrice: number;
  negativePrice: number;
  cancelled: number;
  /** Negative quantities on invoices that are no cancellations: corrections of the stock. */
  corrections: number;
  /** Lines of articles with a positive quantity and price: what was sold. */
  sold: number;
}

/** What the file holds, once it is read. */
export interface RetailData {
  readonly products: readonly RetailProduct[];
  readonly purchases: readonly Purchase[];
  readonly counts: Readonly<RowCounts>;
  /** The first malformed rows. */
  readonly malformed: readonly MalformedRow[];
  readonly cancellations: CancellationOutcome;
  readonly invoices: number;
  readonly customers: number;
  /** Different stock codes as they are written, and after upper and lower case are made one. */
  readonly codes: { readonly written: number; readonly different: number };
  /** Codes that stand for no article, with their rows. */
  readonly otherCodes: ReadonlyMap<string, number>;
  /** Articles that are not for sale: never named, or never sold. */
  readonly leftOut: {
    readonly unnamed: readonly string[];
    readonly unsold: readonly string[];
    readonly services: readonly string[];
  };
}

const MALFORMED_SHOWN = 20;
const CANCELLED_INVOICE = /^C/i;

/** Takes the rows in, one by one, and makes products and purchases of them. */
export class RetailCollector implements RowVisitor {
  readonly #articles = new Map<string, Article>();
  readonly #history = new PurchaseHistory();
  readonly #malformed: MalformedRow[] = [];
  readonly #invoices = new Set<string>();
  readonly #customers = new Set<string>();
  readonly #writtenCodes = new Set<string>();
  readonly #otherCodes = new Map<string, number>();
  readonly #onProgress: (share: number, rows: number) => void;
  readonly #counts: RowCounts = {
    rows: 0,
    malformed: 0,
    withoutDescription: 0,
    withoutCustomer: 0,
    zeroPrice: 0,
    negativePrice: 0,
    cancelled: 0,
    corrections: 0,
    sold: 0,
  };
  #latest = 0;

  constructor(onProgress: (share: number, rows: number) => void) {
    this.#onProgress = onProgress;
  }

  progress(share: number): void {
    this.#onProgress(share, this.#counts.rows);
  }

  malformed(line: number, fault: string): void {
    this.#counts.rows += 1;
    this.#counts.malformed += 1;
    if (this.#malformed.length < MALFORMED_SHOWN) {
      this.#malformed.push({ line, fault });
    }
  }

  row(row: RetailRow): void {
    const code = normalCode(row.code);
    this.#countRow(row);
    if (kindOfCode(code) === 'other') {
      this.#otherCodes.set(code, (this.#otherCodes.get(code) ?? 0) + 1);
      return;
    }
    const article = this.#article(code);
    if (CANCELLED_INVOICE.test(row.invoice)) {
      this.#history.addCancellation(row, code);
      article.addMention(row);
    } else if (row.quantity > 0 && row.priceMilli > 0) {
      this.#counts.sold += 1;
      this.#history.addSale(row, code);
      article.addSale(row);
    } else {
      article.addMention(row);
    }
  }

  /** To be called once, after the last row. */
  finish(): RetailData {
    const cancellations = this.#history.settle();
    const { products, leftOut } = this.#sortArticles();
    const forSale = new Set(products.map(({ code }) => code));
    const purchases = this.#history
      .purchases()
      .map((purchase) => ({ ...purchase, units: onlyOf(purchase.units, forSale) }))
      .filter(({ units }) => units.size > 0);
    return {
      products,
      purchases,
      counts: this.#counts,
      malformed: this.#malformed,
      cancellations,
      invoices: this.#invoices.size,
      customers: this.#customers.size,
      codes: {
        written: this.#writtenCodes.size,
        different: this.#articles.size + this.#otherCodes.size,
      },
      otherCodes: this.#otherCodes,
      leftOut,
    };
  }

  #countRow(row: RetailRow): void {
    const counts = this.#counts;
    counts.rows += 1;
    counts.withoutDescription += row.description === '' ? 1 : 0;
    counts.withoutCustomer += row.customer === undefined ? 1 : 0;
    counts.zeroPrice += row.priceMilli === 0 ? 1 : 0;
    counts.negativePrice += row.priceMilli < 0 ? 1 : 0;
    const cancelled = CANCELLED_INVOICE.test(row.invoice);
    counts.cancelled += cancelled ? 1 : 0;
    counts.corrections += !cancelled && row.quantity <= 0 ? 1 : 0;
    this.#invoices.add(row.invoice);
    this.#writtenCodes.add(row.code);
    if (row.customer !== undefined) {
      this.#customers.add(row.customer);
    }
    this.#latest = Math.max(this.#latest, row.at);
  }

  #article(code: string): Article {
    const known = this.#articles.get(code);
    if (known !== undefined) {
      return known;
    }
    const article = new Article(code);
    this.#articles.set(code, article);
    return article;
  }

  #sortArticles(): Pick<RetailData, 'products' | 'leftOut'> {
    const products: RetailProduct[] = [];
    const leftOut = { unnamed: [] as string[], unsold: [] as string[], services: [] as string[] };
    for (const article of this.#articles.values()) {
      const { code, name, priceMinor } = article;
      if (name === undefined) {
        leftOut.unnamed.push(code);
      } else if (namesService(name)) {
        leftOut.services.push(code);
      } else if (priceMinor === undefined) {
        leftOut.unsold.push(code);
      } else {
        products.push({ code, name, priceMinor, stock: article.stockAt(this.#latest) });
      }
    }
    return { products, leftOut };
  }
}

function onlyOf(units: ReadonlyMap<string, number>, codes: ReadonlySet<string>): Map<string, number> {
  return new Map([...units].filter(([code]) => codes.has(code)));
}
