import type { CatalogueCategory } from './catalogue.types.js';

type Leaf = readonly [slug: string, name: string, icon: string, description: string];

function branch(
  sortOrder: number,
  top: Omit<CatalogueCategory, 'sortOrder'>,
  leaves: readonly Leaf[],
): CatalogueCategory[] {
  return [
    { ...top, sortOrder },
    ...leaves.map(([slug, name, icon, description], index) => ({
      slug,
      name,
      description,
      parentSlug: top.slug,
      icon,
      sortOrder: index + 1,
    })),
  ];
}

/** The two-level tree; every parent stands before its children. */
export const categories: readonly CatalogueCategory[] = [
  ...branch(
    1,
    {
      slug: 'electronics',
      name: 'Electronics',
      icon: 'cpu',
      description: 'Sound, typing and time on the wrist: devices chosen to last longer than their novelty.',
    },
    [
      ['headphones', 'Headphones', 'headphones', 'Over-ear, on-ear and in-ear listening.'],
      ['speakers', 'Speakers', 'speaker', 'Portable, shelf and room speakers for music anywhere.'],
      ['keyboards', 'Keyboards', 'keyboard', 'Mechanical and low-profile keyboards for work and play.'],
      ['smartwatches', 'Smartwatches', 'watch', 'Watches that track, navigate, pay and tell the time.'],
    ],
  ),
  ...branch(
    2,
    {
      slug: 'kitchen',
      name: 'Kitchen & Table',
      icon: 'utensils',
      description: 'Tools for daily cooking and the cups that end up as favorites.',
    },
    [
      ['mugs', 'Mugs & Cups', 'coffee', 'Stoneware, porcelain and enamel for hot drinks.'],
      ['cookware', 'Pots & Pans', 'cooking-pot', 'Cast iron, steel and nonstick for stove and oven.'],
      [
        'kettles',
        'Kettles & Teapots',
        'glass-water',
        'Stovetop, electric and gooseneck kettles, and teapots.',
      ],
    ],
  ),
  ...branch(
    3,
    {
      slug: 'home',
      name: 'Home & Living',
      icon: 'home',
      description: 'Light, warmth and scent for rooms that are lived in.',
    },
    [
      ['lamps', 'Lamps', 'lamp', 'Table, floor and pendant lamps.'],
      ['throws', 'Throws & Blankets', 'layers', 'Wool, cotton and fleece for sofas and cold evenings.'],
      ['candles', 'Candles', 'flame', 'Scented and plain candles in jars and tins.'],
    ],
  ),
  ...branch(
    4,
    {
      slug: 'fashion',
      name: 'Clothing & Bags',
      icon: 'shirt',
      description: 'Everyday clothes, shoes and bags that can be worn hard and repaired.',
    },
    [
      ['sneakers', 'Sneakers', 'footprints', 'Running, court and everyday shoes.'],
      ['t-shirts', 'T-Shirts', 'shirt', 'Plain, printed and technical tees.'],
      ['jackets', 'Jackets', 'wind', 'Rain shells, insulation and jackets for town.'],
      ['backpacks', 'Backpacks', 'backpack', 'Daypacks, commuters and travel packs.'],
    ],
  ),
  ...branch(
    5,
    {
      slug: 'outdoors',
      name: 'Outdoors',
      icon: 'mountain',
      description: 'Shelter and water for a night out or a walk around the block.',
    },
    [
      ['bottles', 'Bottles & Flasks', 'droplet', 'Insulated, lightweight and filtering bottles.'],
      ['tents', 'Tents & Shelters', 'tent', 'Solo, family and expedition tents, tarps and shelters.'],
    ],
  ),
];
