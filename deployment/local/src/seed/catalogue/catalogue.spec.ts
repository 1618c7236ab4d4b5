import { describe, expect, it } from 'vitest';
import { categories, categoryImage, productImage, products } from './index.js';
import { type ProductRow, productsOf } from './product-table.js';

const MAX_IMAGE_BYTES = 6 * 1024;

function duplicatesIn(values: readonly string[]): string[] {
  return values.filter((value, index) => values.indexOf(value) !== index);
}

/** What keeps a text from being well-formed XML: unbalanced or malformed tags, or unescaped text. */
function xmlFaults(xml: string): string[] {
  const faults: string[] = [];
  const open: string[] = [];
  const text = xml.replace(
    /<(\/?)([a-z]+)((?:\s+[a-z-]+="[^"<&]*")*)\s*(\/?)>/gi,
    (_tag, close, name, attributes, empty) => {
      const names = [...String(attributes).matchAll(/([a-z-]+)=/gi)].map((match) => String(match[1]));
      if (duplicatesIn(names).length > 0) faults.push(`repeated attribute in <${name}>`);
      if (close === '/') {
        if (open.pop() !== name) faults.push(`unexpected </${name}>`);
      } else if (empty === '') open.push(String(name));
      return '';
    },
  );
  if (open.length > 0) faults.push(`unclosed ${open.join(', ')}`);
  if (/[<>]|&(?!(amp|lt|gt|quot|apos);)/.test(text)) faults.push(`stray markup in "${text}"`);
  return faults;
}

describe('the tree of categories', () => {
  const parents = categories.filter((category) => category.parentSlug === undefined);
  const leaves = categories.filter((category) => category.parentSlug !== undefined);

  it('has five top categories and sixteen leaves, each below one of them', () => {
    expect(parents).toHaveLength(5);
    expect(leaves).toHaveLength(16);
    const parentSlugs = parents.map((parent) => parent.slug);
    expect(leaves.filter((leaf) => !parentSlugs.includes(leaf.parentSlug ?? ''))).toEqual([]);
  });

  it('has unique slugs, and positions that count from one within each parent', () => {
    expect(duplicatesIn(categories.map((category) => category.slug))).toEqual([]);
    for (const siblings of Map.groupBy(categories, (category) => category.parentSlug).values()) {
      expect(siblings.map((sibling) => sibling.sortOrder)).toEqual(siblings.map((_, index) => index + 1));
    }
  });

  it('has fifteen products in every leaf and none elsewhere', () => {
    const counts = Map.groupBy(products, (product) => product.categorySlug);
    expect([...counts.keys()].sort()).toEqual(leaves.map((leaf) => leaf.slug).sort());
    expect([...counts.values()].map((group) => group.length)).toEqual(Array.from({ length: 16 }, () => 15));
  });
});

describe('the products', () => {
  it('are 240 with unique names, slugs, texts and details', () => {
    expect(products).toHaveLength(240);
    for (const field of ['name', 'slug', 'description', 'longDescription'] as const) {
      expect(duplicatesIn(products.map((product) => product[field]))).toEqual([]);
    }
    expect(products.filter((product) => !/^[a-z0-9]+(-[a-z0-9]+)*$/.test(product.slug))).toEqual([]);
  });

  it('never share an SKU with another product or variant', () => {
    const skus = products.flatMap((product) => [product.sku, ...product.variants.map(({ sku }) => sku)]);
    expect(duplicatesIn(skus)).toEqual([]);
    expect(skus.filter((sku) => !/^[A-Z0-9]+(-[A-Z0-9]+)+$/.test(sku) || sku.length > 40)).toEqual([]);
  });

  it('have whole positive prices, higher before a sale, and no variant below the price of its product', () => {
    for (const product of products) {
      const prices = [product.priceMinor, ...product.variants.map(({ priceMinor }) => priceMinor)];
      expect(prices.every((price) => Number.isSafeInteger(price) && price >= product.priceMinor)).toBe(true);
      expect(product.priceMinor).toBeGreaterThan(0);
      if (product.originalPriceMinor !== undefined) {
        expect(product.originalPriceMinor).toBeGreaterThan(product.priceMinor);
      }
    }
    expect(products.filter((product) => product.originalPriceMinor !== undefined).length).toBeGreaterThan(20);
  });

  it('hold the stock of their variants in sum, with some sold out and some running low', () => {
    for (const { sku, stock, variants } of products) {
      if (variants.length === 0) continue;
      expect({ sku, stock }).toEqual({
        sku,
        stock: variants.reduce((sum, variant) => sum + variant.stock, 0),
      });
    }
    const onHand = products.map((product) => product.stock);
    expect(onHand.every((stock) => Number.isSafeInteger(stock) && stock >= 0)).toBe(true);
    expect(onHand.filter((stock) => stock === 0).length).toBeGreaterThanOrEqual(5);
    expect(onHand.filter((stock) => stock > 0 && stock <= 5).length).toBeGreaterThanOrEqual(10);
  });

  it('tell a shopper enough: five specifications, three tags or more, a weight, whole sentences', () => {
    for (const product of products) {
      expect(Object.keys(product.specifications)).toHaveLength(5);
      expect(product.tags.length).toBeGreaterThanOrEqual(3);
      expect(duplicatesIn(product.tags)).toEqual([]);
      expect(product.weightGrams).toBeGreaterThan(0);
      expect(product.description).toMatch(/^[A-Z].{40,}\.$/);
      expect(product.longDescription).toMatch(/^[A-Z].{80,}\.$/);
    }
  });

  it('include new and featured ones in moderation', () => {
    expect(products.filter((product) => product.isNew).length).toBeGreaterThan(15);
    expect(products.filter((product) => product.isFeatured).length).toBeGreaterThan(15);
    expect(products.filter((product) => product.isNew || product.isFeatured).length).toBeLessThan(80);
  });
});

describe('a product table', () => {
  const row: ProductRow = {
    code: 'ONE',
    brand: 'Brand',
    name: 'Café Cup',
    price: 1000,
    text: 'A cup.',
    detail: 'It holds coffee.',
    specs: 'Clay',
    tags: 'cup, clay',
    stock: { 'Navy / M': 2, 'Navy / L': 3 },
    surcharge: { 'Navy / L': 250 },
    weight: 300,
  };
  const build = (changed: Partial<ProductRow>) =>
    productsOf({
      categorySlug: 'mugs',
      skuPrefix: 'CUP',
      specs: 'Material',
      axes: ['Color', 'Size'],
      care: 'Wash it.',
      rows: [{ ...row, ...changed }],
    });

  it('makes a variant of every stock figure, with its own SKU, attributes and surcharge', () => {
    const [product] = build({});
    expect(product).toMatchObject({
      sku: 'CUP-ONE',
      slug: 'cafe-cup',
      stock: 5,
      longDescription: 'It holds coffee. Wash it.',
    });
    expect(product?.variants).toEqual([
      {
        sku: 'CUP-ONE-NAVY-M',
        name: 'Navy / M',
        priceMinor: 1000,
        attributes: { Color: 'Navy', Size: 'M' },
        stock: 2,
      },
      {
        sku: 'CUP-ONE-NAVY-L',
        name: 'Navy / L',
        priceMinor: 1250,
        attributes: { Color: 'Navy', Size: 'L' },
        stock: 3,
      },
    ]);
  });

  it('refuses a row that does not fit its columns', () => {
    expect(() => build({ specs: 'Clay | 12 oz' })).toThrow('CUP-ONE has 2 values for 1 names');
    expect(() => build({ stock: { Navy: 1 }, surcharge: {} })).toThrow('CUP-ONE has 1 values for 2 names');
    expect(() => build({ surcharge: { 'Navy / XL': 1 } })).toThrow('unknown variant "Navy / XL"');
  });
});

describe('the pictures', () => {
  const pictures = [
    ...products.flatMap((product) => [productImage(product, 0), productImage(product, 1)]),
    ...categories.map(categoryImage),
  ];

  it('are well-formed standalone SVG of at most 6 KB', () => {
    for (const picture of pictures) {
      expect(xmlFaults(picture)).toEqual([]);
      expect(picture.startsWith('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 800 800"')).toBe(true);
      expect(picture).not.toMatch(/undefined|NaN/);
      expect(Buffer.byteLength(picture)).toBeLessThanOrEqual(MAX_IMAGE_BYTES);
    }
  });

  it('show a product from two views, each the same every time', () => {
    for (const product of products) {
      expect(productImage(product, 0)).not.toBe(productImage(product, 1));
      expect(productImage(product, 1)).toBe(productImage(product, 1));
    }
  });

  it('escape the text they carry', () => {
    const [product] = products;
    if (product === undefined) throw new Error('The catalogue is empty');
    const picture = productImage({ ...product, name: 'A <b> & "c"', brand: "D'E" }, 0);
    expect(picture).toContain('<title>A &lt;b&gt; &amp; &quot;c&quot;, view 1</title>');
    expect(picture).toContain('>D&apos;E</text>');
    expect(xmlFaults(picture)).toEqual([]);
  });

  it('would be told apart from broken XML by the check above', () => {
    expect(xmlFaults('<g><path d="M0"/></g>')).toEqual([]);
    expect(xmlFaults('<g><path d="M0"></g>')).not.toEqual([]);
    expect(xmlFaults('<text>Rye & Co</text>')).not.toEqual([]);
    expect(xmlFaults('<path d="M0" d="M1"/>')).not.toEqual([]);
    expect(xmlFaults('<path d=M0/>')).not.toEqual([]);
  });
});
