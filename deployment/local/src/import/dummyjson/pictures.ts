import { escapeXml, sceneOf, svgDocument } from '../../seed/catalogue/art/canvas.js';
import type { Picture } from '../../seed/picture-uploads.js';
import type { DummyProduct } from './dummyjson-file.js';
import { categoriesOf, type DummyCategory, MARKETPLACE } from './products.js';

/** All pictures of the import: the data's own stand on another host, and the shop serves its own alone. */
export function* dummyPictures(products: readonly DummyProduct[]): Generator<Picture> {
  yield { key: categoryKey(MARKETPLACE), svg: monogram(MARKETPLACE.slug, MARKETPLACE.name) };
  for (const category of categoriesOf(products)) {
    yield { key: categoryKey(category), svg: monogram(category.slug, category.name) };
  }
  for (const product of products) {
    yield { key: productKey(product), svg: monogram(product.sku, product.title) };
  }
}

/** Where a category's picture lies in the bucket. */
export function categoryKey({ slug }: Pick<DummyCategory, 'slug'>): string {
  return `dummyjson/${slug}.svg`;
}

/** Where a product's picture lies in the bucket. */
export function productKey({ sku }: DummyProduct): string {
  return `dummyjson/${sku.toLowerCase().replace(/[^a-z0-9]+/g, '-')}.svg`;
}

/** The initials of a name on a coloured ground, always the same for the same key. */
function monogram(key: string, name: string): string {
  const { palette } = sceneOf(key, []);
  const initials = name
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '')
    .slice(0, 2)
    .map((word) => word.charAt(0).toUpperCase())
    .join('');
  const drawing =
    `<circle cx="400" cy="390" r="270" fill="${palette.main}"/>` +
    `<text x="400" y="480" text-anchor="middle" font-family="Helvetica, Arial, sans-serif" font-weight="700" ` +
    `font-size="250" fill="${palette.light}">${escapeXml(initials)}</text>`;
  return svgDocument(drawing, name, name.slice(0, 28), palette);
}
