import type { CatalogueCategory, CatalogueProduct } from '../catalogue.types.js';
import { categories } from '../categories.js';
import { type Drawing, type Scene, sceneOf, svgDocument } from './canvas.js';
import { headphonesArt, keyboardsArt, smartwatchesArt, speakersArt } from './electronics.art.js';
import { backpacksArt, jacketsArt, sneakersArt, tShirtsArt } from './fashion.art.js';
import { candlesArt, lampsArt, throwsArt } from './home.art.js';
import { cookwareArt, kettlesArt, mugsArt } from './kitchen.art.js';
import { bottlesArt, tentsArt } from './outdoors.art.js';

const drawings: ReadonlyMap<string, Drawing> = new Map([
  ['headphones', headphonesArt],
  ['speakers', speakersArt],
  ['keyboards', keyboardsArt],
  ['smartwatches', smartwatchesArt],
  ['mugs', mugsArt],
  ['cookware', cookwareArt],
  ['kettles', kettlesArt],
  ['lamps', lampsArt],
  ['throws', throwsArt],
  ['candles', candlesArt],
  ['sneakers', sneakersArt],
  ['t-shirts', tShirtsArt],
  ['jackets', jacketsArt],
  ['backpacks', backpacksArt],
  ['bottles', bottlesArt],
  ['tents', tentsArt],
]);

function drawingOf(categorySlug: string): Drawing {
  const drawing = drawings.get(categorySlug);
  if (drawing === undefined) throw new Error(`There is no drawing for the category "${categorySlug}"`);
  return drawing;
}

/** The object of a leaf category with its shadow on the ground. */
function standing(categorySlug: string, scene: Scene): string {
  const shadow = `<ellipse cx="400" cy="646" rx="270" ry="22" fill="${scene.palette.ink}" fill-opacity=".16"/>`;
  return shadow + drawingOf(categorySlug)(scene);
}

/**
 * Picture of a product as a standalone SVG document of 800 x 800. View 0 shows it whole, view 1 mirrored and
 * closer, before an arch.
 *
 * @throws Error for a category without a drawing
 */
export function productImage(product: CatalogueProduct, view: 0 | 1): string {
  const scene = sceneOf(product.sku, product.tags);
  const { palette } = scene;
  const object = standing(product.categorySlug, scene);
  const content =
    view === 0
      ? `<circle cx="400" cy="390" r="310" fill="${palette.halo}"/>${object}`
      : `<path d="M0 560h800v240H0Z" fill="${palette.halo}"/>
         <path d="M130 560V350a270 270 0 0 1 540 0v210Z" fill="${palette.light}" fill-opacity=".55"/>
         <g transform="translate(844 -60) scale(-1.11 1.11)">${object}</g>`;
  return svgDocument(content, `${product.name}, view ${view + 1}`, product.brand, palette);
}

/**
 * Picture of a category as a standalone SVG document of 800 x 800: its object, or for a top category the
 * objects of its first children, two in a row.
 *
 * @throws Error for a category without a drawing
 */
export function categoryImage(category: CatalogueCategory): string {
  const scene = sceneOf(category.slug, []);
  const children = categories.filter(({ parentSlug }) => parentSlug === category.slug).slice(0, 4);
  const halo = `<rect x="70" y="70" width="660" height="610" rx="120" fill="${scene.palette.halo}"/>`;
  const objects =
    children.length === 0
      ? standing(category.slug, scene)
      : children
          .map((child, index) => {
            const { x, y, scale } = cellOf(index, children.length);
            return `<g transform="translate(${x} ${y}) scale(${scale})">${standing(child.slug, scene)}</g>`;
          })
          .join('');
  return svgDocument(halo + objects, category.name, category.name, scene.palette);
}

/** Where one of up to four objects goes inside the picture of a top category; a third one stands centered. */
function cellOf(index: number, count: number): { x: number; y: number; scale: number } {
  if (count <= 2) return { x: count === 1 ? 220 : 78 + index * 294, y: 190, scale: 0.45 };
  const alone = index === 2 && count === 3;
  return { x: alone ? 252 : 107 + (index % 2) * 290, y: index < 2 ? 88 : 368, scale: 0.37 };
}
