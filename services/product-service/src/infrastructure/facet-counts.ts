/** How often each value occurs among the matching products. */
export interface FacetCounts {
  /** By the number of the price band, the cheapest first. */
  readonly bands: readonly number[];
  /** By whole stars, from none to five. */
  readonly stars: readonly number[];
  readonly inStock: number;
  readonly outOfStock: number;
  /** By the number in facet_values. */
  readonly labels: ReadonlyMap<number, number>;
}

const PRICE_BYTES = 8;
const NUMBER_BYTES = 4;
const SHORT_BYTES = 2;
const STARS = 6;
const HIGH_WORD = 2 ** 32;

/**
 * Counts what `foundPage` hands out: for each product its price (8 bytes), twice its whole stars and 1 where it is in
 * stock (2), how many labels it has (2), and these (4 each).
 * @param limits where one price band ends and the next begins, in minor units
 */
export function countFacets(packed: Buffer, limits: readonly number[]): FacetCounts {
  const bands = new Array<number>(limits.length + 1).fill(0);
  const stars = new Array<number>(STARS).fill(0);
  const stock = [0, 0];
  const labels = new Map<number, number>();
  const add = (counts: number[], index: number) => {
    counts[index] = (counts[index] ?? 0) + 1;
  };
  for (let at = 0; at < packed.length; ) {
    const price = packed.readInt32BE(at) * HIGH_WORD + packed.readUInt32BE(at + NUMBER_BYTES);
    const starsAndStock = packed.readInt16BE(at + PRICE_BYTES);
    const end = at + PRICE_BYTES + 2 * SHORT_BYTES;
    at = end + NUMBER_BYTES * packed.readInt16BE(end - SHORT_BYTES);
    for (let label = end; label < at; label += NUMBER_BYTES) {
      const id = packed.readInt32BE(label);
      labels.set(id, (labels.get(id) ?? 0) + 1);
    }
    add(bands, bandOf(price, limits));
    add(stars, starsAndStock >> 1);
    add(stock, starsAndStock & 1);
  }
  const [outOfStock = 0, inStock = 0] = stock;
  return { bands, stars, inStock, outOfStock, labels };
}

function bandOf(price: number, limits: readonly number[]): number {
  const band = limits.findIndex((limit) => price < limit);
  return band < 0 ? limits.length : band;
}
