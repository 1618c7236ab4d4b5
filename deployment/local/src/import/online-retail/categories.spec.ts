import { describe, expect, it } from 'vitest';
import { categoryOf, RETAIL_CATEGORIES, RETAIL_ROOT } from './categories.js';
import { retailPicture, retailPictures } from './pictures.js';
import { productInput } from './products.js';

describe('the category of a product', () => {
  it.each([
    ['WHITE HANGING HEART T-LIGHT HOLDER', 'retail-candles-lights'],
    ['JUMBO BAG RED RETROSPOT', 'retail-bags-purses'],
    ['REGENCY CAKESTAND 3 TIER', 'retail-party-cake'],
    ["PAPER CHAIN KIT 50'S CHRISTMAS", 'retail-christmas-easter'],
    ['ALARM CLOCK BAKELIKE GREEN', 'retail-clocks-mirrors'],
    ['KNITTED UNION FLAG HOT WATER BOTTLE', 'retail-textiles-cushions'],
    ['LETTER "Y" BLING KEY RING', 'retail-bags-purses'],
    ['BIRTHDAY CARD, RETRO SPOT', 'retail-stationery-cards'],
    ['SET OF 4 KNICK KNACK TINS DOILEY', 'retail-storage-boxes'],
    ['COFFEE MUG CAT + BIRD DESIGN', 'retail-kitchen-dining'],
    ['CARTOON PENCIL SHARPENERS', 'retail-stationery-cards'],
    ['SPACE CADET RED', 'retail-gifts'],
  ])('%s is %s', (name, slug) => {
    expect(categoryOf(name).slug).toBe(slug);
  });

  it('exists fourteen times, each with its pictures', () => {
    expect(new Set(RETAIL_CATEGORIES.map(({ slug }) => slug)).size).toBe(14);
    const pictures = [...retailPictures()];
    expect(new Set(pictures.map(({ key }) => key)).size).toBe(14 * 6 + 1);
    expect(retailPicture(RETAIL_ROOT, 0)).toMatch(/^<svg xmlns=.*<title>Online Retail<\/title>.*<\/svg>$/s);
  });
});

describe('the product of an article', () => {
  it('follows from the article alone', () => {
    const article = { code: '85123A', name: 'WHITE HEART T-LIGHT', priceMinor: 295, stock: 500 };
    const input = productInput(article, 'http://pictures/a.svg');
    expect(input).toEqual(productInput({ ...article }, 'http://pictures/a.svg'));
    expect(input).toMatchObject({
      sku: 'UCI-85123A',
      slug: 'white-heart-t-light-85123a',
      name: 'WHITE HEART T-LIGHT',
      price: { minor: 295n, currency: 'USD' },
      categorySlug: 'retail-candles-lights',
      tags: ['white', 'heart'],
      images: ['http://pictures/a.svg'],
    });
  });
});
