import { describe, expect, it } from 'vitest';
import { SLUG_PATTERN, SlugRegister, slugify } from './slug.js';

describe('slugify', () => {
  it.each([
    ['Café Crème, 2 cups', 'cafe-creme-2-cups'],
    ["Lady's T-Light", 'ladys-t-light'],
    ['  --A--  ', 'a'],
    ['日本', ''],
    [`${'x'.repeat(119)} yz`, 'x'.repeat(119)],
  ])('makes %j %j', (name, slug) => {
    expect(slugify(name)).toBe(slug);
    expect(slug === '' || SLUG_PATTERN.test(slug)).toBe(true);
  });
});

describe('SlugRegister', () => {
  it('counts up from 2 where the slug is taken', () => {
    const slugs = new SlugRegister([
      ['chair', 'a'],
      ['chair-3', 'c'],
    ]);

    expect(slugs.claim('chair', 'b')).toBe('chair-2');
    expect(slugs.claim('chair', 'd')).toBe('chair-4');
  });

  it('leaves an owner what it has', () => {
    const slugs = new SlugRegister([
      ['chair', 'a'],
      ['chair-2', 'b'],
      ['chair-5', 'e'],
    ]);

    expect(slugs.claim('chair', 'a', 'chair')).toBe('chair');
    expect(slugs.claim('chair', 'e', 'chair-5')).toBe('chair-5');
  });

  it('gives the plain slug to an owner of a counted one once it is free, and the counted one to others', () => {
    const slugs = new SlugRegister([['chair-2', 'b']]);

    expect(slugs.claim('chair', 'b', 'chair-2')).toBe('chair');
    expect(slugs.claim('chair', 'c')).toBe('chair-2');
  });
});
