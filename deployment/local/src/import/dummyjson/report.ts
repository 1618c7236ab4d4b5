import { reportEntry as entry } from '../report-entry.js';
import type { DummyProduct } from './dummyjson-file.js';
import type { DummyOutcome } from './load-dummyjson.js';
import { categoriesOf, reviewsOf } from './products.js';

/**
 * The report of an import, for a terminal.
 * @param outcome undefined for a dry run
 */
export function dummyReport(
  products: readonly DummyProduct[],
  outcome: DummyOutcome | undefined,
  seconds: number,
): string {
  const reviews = products.reduce((sum, product) => sum + product.reviews.length, 0);
  const kept = products.reduce((sum, product) => sum + reviewsOf(product).length, 0);
  const brands = new Set(products.flatMap(({ brand }) => brand ?? []));
  const lines = [
    entry('Products', products.length),
    entry('Categories', categoriesOf(products).length),
    entry('Brands', brands.size),
    entry('Reviews', reviews),
    entry('  second ones of the same person', reviews - kept, 'left out: one review of each person'),
    '',
    ...(outcome === undefined
      ? ['Dry run: nothing was changed.']
      : [
          entry('Products new or changed', outcome.productsChanged),
          entry('Reviews new', outcome.reviewsNew),
          entry('Reviews known before', outcome.reviewsKnown),
        ]),
    `${outcome === undefined ? 'Read' : 'Imported'} in ${seconds.toFixed(1)} s.`,
  ];
  return lines.join('\n');
}
