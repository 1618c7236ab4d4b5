import { type Palette, sceneOf, svgDocument } from '../../seed/catalogue/art/canvas.js';
import type { Picture } from '../../seed/picture-uploads.js';
import { RETAIL_CATEGORIES, RETAIL_ROOT, type RetailCategory } from './categories.js';
import { PICTURE_VARIANTS } from './products.js';

type Emblem = (palette: Palette) => string;

const line = (palette: Palette, d: string, width = 18): string =>
  `<path d="${d}" fill="none" stroke="${palette.ink}" stroke-width="${width}" stroke-linecap="round" stroke-linejoin="round"/>`;
const shape = (fill: string, d: string): string => `<path d="${d}" fill="${fill}"/>`;
const disc = (fill: string, x: number, y: number, r: number): string =>
  `<circle cx="${x}" cy="${y}" r="${r}" fill="${fill}"/>`;
const box = (fill: string, x: number, y: number, width: number, height: number, r = 16): string =>
  `<rect x="${x}" y="${y}" width="${width}" height="${height}" rx="${r}" fill="${fill}"/>`;

/** One sign per category, by its icon, on the 800 x 800 canvas of the catalogue's pictures. */
const EMBLEMS: ReadonlyMap<string, Emblem> = new Map<string, Emblem>([
  [
    'gift',
    (p) =>
      box(p.main, 220, 340, 360, 290) + box(p.shade, 190, 280, 420, 90) + box(p.accent, 370, 280, 60, 350, 0),
  ],
  [
    'tree',
    (p) =>
      shape(p.main, 'M400 160 590 400H490L640 570H160L310 400H210Z') +
      box(p.shade, 365, 570, 70, 80, 6) +
      disc(p.accent, 400, 165, 34),
  ],
  [
    'gem',
    (p) =>
      shape(p.main, 'M270 230H530L640 370 400 640 160 370Z') +
      shape(p.light, 'M270 230 330 370H470L530 230Z') +
      shape(p.shade, 'M330 370 400 640 470 370Z'),
  ],
  [
    'flame',
    (p) =>
      box(p.main, 310, 400, 180, 240) +
      shape(p.accent, 'M400 170Q500 290 400 380 300 290 400 170Z') +
      line(p, 'M400 380V400', 12),
  ],
  [
    'cake',
    (p) =>
      box(p.main, 210, 400, 380, 130) +
      box(p.light, 250, 300, 300, 110) +
      shape(p.shade, 'M160 530H640L600 590H200Z') +
      disc(p.accent, 400, 270, 36),
  ],
  [
    'bag',
    (p) => shape(p.main, 'M220 330H580L620 640H180Z') + line(p, 'M300 400V290a100 100 0 0 1 200 0V400'),
  ],
  [
    'clock',
    (p) => disc(p.main, 400, 410, 230) + disc(p.light, 400, 410, 185) + line(p, 'M400 280V410L490 470'),
  ],
  [
    'pen',
    (p) =>
      box(p.light, 230, 210, 340, 420) +
      line(p, 'M290 310H510M290 390H510M290 470H420', 14) +
      shape(p.accent, 'M470 560 620 380 670 425 520 600 455 625Z'),
  ],
  [
    'mug',
    (p) =>
      box(p.main, 220, 290, 280, 340, 40) +
      line(p, 'M500 370h50a70 70 0 0 1 0 150h-50', 30) +
      box(p.light, 220, 400, 280, 60, 0),
  ],
  [
    'teddy',
    (p) =>
      disc(p.shade, 285, 270, 75) +
      disc(p.shade, 515, 270, 75) +
      disc(p.main, 400, 410, 220) +
      disc(p.light, 400, 480, 95) +
      disc(p.ink, 325, 380, 20) +
      disc(p.ink, 475, 380, 20) +
      disc(p.ink, 400, 450, 26),
  ],
  [
    'frame',
    (p) =>
      box(p.main, 190, 210, 420, 420) +
      box(p.light, 240, 260, 320, 320, 4) +
      shape(p.shade, 'M240 580 350 410 430 510 480 450 560 580Z') +
      disc(p.accent, 470, 340, 38),
  ],
  [
    'box',
    (p) =>
      box(p.main, 200, 360, 400, 270) +
      box(p.shade, 170, 270, 460, 110) +
      box(p.accent, 350, 430, 100, 50, 25),
  ],
  [
    'sofa',
    (p) =>
      shape(p.main, 'M220 250Q400 200 580 250 630 430 580 610 400 660 220 610 170 430 220 250Z') +
      line(p, 'M270 310 530 560M530 310 270 560', 10) +
      disc(p.accent, 400, 434, 30),
  ],
  [
    'leaf',
    (p) =>
      shape(p.main, 'M400 170Q620 330 400 560 180 330 400 170Z') +
      line(p, 'M400 260V650M400 430 480 350M400 490 320 410', 14),
  ],
  [
    'sparkles',
    (p) =>
      shape(p.main, 'M400 590 230 420a105 105 0 0 1 170-120 105 105 0 0 1 170 120Z') +
      disc(p.accent, 590, 240, 30) +
      disc(p.light, 215, 270, 22),
  ],
]);

/** All pictures of the import: one per category, in every colour. */
export function* retailPictures(): Generator<Picture> {
  yield { key: pictureKey(RETAIL_ROOT, 0), svg: retailPicture(RETAIL_ROOT, 0) };
  for (const category of RETAIL_CATEGORIES) {
    for (let variant = 0; variant < PICTURE_VARIANTS; variant += 1) {
      yield { key: pictureKey(category, variant), svg: retailPicture(category, variant) };
    }
  }
}

/** Where a category's picture lies in the bucket. */
export function pictureKey({ slug }: RetailCategory, variant: number): string {
  return `online-retail/${slug}-${variant}.svg`;
}

/** A category's sign in one of its colours, as a standalone SVG document. */
export function retailPicture({ slug, name, icon }: RetailCategory, variant: number): string {
  const { palette } = sceneOf(`${slug} ${variant}`, []);
  const emblem = EMBLEMS.get(icon);
  if (emblem === undefined) {
    throw new Error(`There is no drawing for the icon "${icon}".`);
  }
  const halo = `<circle cx="400" cy="405" r="320" fill="${palette.halo}"/>`;
  return svgDocument(halo + emblem(palette), name, name, palette);
}
