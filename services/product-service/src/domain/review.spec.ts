import { isDomainError } from '@vici/utils/domain';
import { describe, expect, it } from 'vitest';
import { isImageAddressOf } from './image-file.js';
import { checkedReview, publicNameOf } from './review.js';

const good = { rating: 4, title: ' Bright ', comment: 'Line one\nline two', images: [], userName: 'Ada L.' };
const faultsOf = (over: Partial<Parameters<typeof checkedReview>[0]>) => {
  try {
    checkedReview({ ...good, ...over }, (address) => address.startsWith('own:'));
  } catch (error) {
    return isDomainError(error, 'VALIDATION_FAILED') ? error.details?.['fields'] : error;
  }
  return [];
};

describe('checkedReview', () => {
  it('trims texts, keeps the lines of a comment and takes an empty picture of the author for none', () => {
    const review = checkedReview({ ...good, images: ['own:a'], userAvatar: ' ' }, () => true);

    expect(review).toEqual({ ...good, title: 'Bright', images: ['own:a'], userAvatar: undefined });
  });

  it('takes texts of exactly the most characters, and five pictures', () => {
    const most = {
      title: 't'.repeat(120),
      comment: 'c'.repeat(4000),
      images: Array.from({ length: 5 }, () => 'own:a'),
    };

    expect(faultsOf(most)).toEqual([]);
  });

  it('names every bad field at once', () => {
    const fields = faultsOf({
      rating: 6,
      title: 'two\nlines',
      comment: 'bell \u0007',
      images: ['own:a', 'https://elsewhere.example/a.png'],
      userName: '',
    });

    expect(fields).toEqual([
      { field: 'rating', message: 'must be a whole number from 1 to 5' },
      { field: 'title', message: 'must not contain control characters' },
      { field: 'comment', message: 'must not contain control characters' },
      { field: 'userName', message: 'is required' },
      { field: 'images[1]', message: "must be the address of one of Vici's pictures" },
    ]);
  });

  it.each([
    [{ title: '' }, [{ field: 'title', message: 'is required' }]],
    [{ title: 't'.repeat(121) }, [{ field: 'title', message: 'must have at most 120 characters' }]],
    [{ comment: 'c'.repeat(4001) }, [{ field: 'comment', message: 'must have at most 4000 characters' }]],
    [
      { images: Array.from({ length: 6 }, () => 'own:a') },
      [{ field: 'images', message: 'must have at most 5 entries' }],
    ],
    [{ rating: 0 }, [{ field: 'rating', message: 'must be a whole number from 1 to 5' }]],
    [{ rating: 4.5 }, [{ field: 'rating', message: 'must be a whole number from 1 to 5' }]],
  ])('refuses %j', (over, faults) => {
    expect(faultsOf(over)).toEqual(faults);
  });
});

describe('a picture of the shop', () => {
  const isOwn = (address: string) => isImageAddressOf('https://media.example/shop/', address);

  it('stands in the bucket, under a key pictures may have', () => {
    expect(isOwn('https://media.example/shop/reviews/a-1.JPG')).toBe(true);
  });

  it.each([
    'https://media.example/shop/../other/a.png',
    'https://media.example/shop/%2e%2e/other/a.png',
    'https://media.example/shopping/a.png',
    'https://media.example.evil.example/shop/a.png',
    'https://media.example@evil.example/shop/a.png',
    'http://media.example/shop/a.png',
    'https://media.example/shop/a.html',
    'https://media.example/shop/a.png?x=1',
    `https://media.example/shop/${'a'.repeat(200)}.png`,
    'javascript:alert(1)',
    '/shop/a.png',
    '',
  ])('is not at %s', (address) => {
    expect(isOwn(address)).toBe(false);
  });
});

describe('publicNameOf', () => {
  it.each([
    ['Ada', 'Lovelace', 'Ada L.'],
    ['Ada', '', 'Ada'],
    ['', 'de Gaulle', 'D.'],
    [' Thị ', ' ánh', 'Thị Á.'],
    ['', ' ', ''],
  ])('of %j %j is %j', (firstName, lastName, name) => {
    expect(publicNameOf(firstName, lastName)).toBe(name);
  });
});
