import { describe, expect, it } from 'vitest';
import { checkedImageFile } from './image-file.js';

const png = Buffer.from('89504e470d0a1a0a', 'hex');
const webp = Buffer.from('RIFF\0\0\0\0WEBPVP8 ');
const avif = Buffer.from('\0\0\0 ftypavif');

const check = (key: string, contentType: string, content: Uint8Array, trusted = false) =>
  checkedImageFile({ key, contentType, content }, trusted);

describe('checkedImageFile', () => {
  it.each([
    ['products/a.png', 'image/png', png],
    ['a/b_c/d-1.min.JPG', 'image/jpeg', Buffer.from('ffd8ffe0', 'hex')],
    ['x.webp', 'image/webp', webp],
    ['x.avif', 'image/avif', avif],
  ])('takes %s as %s', (key, contentType, content) => {
    expect(check(key, contentType, content)).toEqual({ key, contentType, content });
  });

  it.each([
    '../a.png',
    '/a.png',
    'a//b.png',
    'a/../b.png',
    '.hidden/a.png',
    'a/.png',
    'a b.png',
    'a.png/',
    'a',
    '',
    'ä.png',
    'a.jpg',
    `${'a'.repeat(200)}.png`,
  ])('refuses the key %j', (key) => {
    expect(() => check(key, 'image/png', png)).toThrow(
      expect.objectContaining({
        code: 'VALIDATION_FAILED',
        details: { fields: [expect.objectContaining({ field: 'key' })] },
      }),
    );
  });

  it('refuses bytes that are something else than they are said to be', () => {
    expect(() => check('a.png', 'image/png', Buffer.from('<svg/>'))).toThrow(
      expect.objectContaining({ code: 'VALIDATION_FAILED' }),
    );
    expect(() => check('a.png', 'image/png', new Uint8Array())).toThrow(
      expect.objectContaining({ code: 'VALIDATION_FAILED' }),
    );
  });

  it('refuses other types, names of object properties among them', () => {
    for (const type of ['text/html', 'image/gif', 'constructor', '']) {
      expect(() => check('a.png', type, png, true)).toThrow(
        expect.objectContaining({ code: 'UNSUPPORTED_MEDIA_TYPE' }),
      );
    }
  });

  it('takes up to 2 MB', () => {
    const most = Buffer.concat([png], 2 * 1024 * 1024);
    const more = Buffer.concat([png], 2 * 1024 * 1024 + 1);

    expect(check('a.png', 'image/png', most).content.byteLength).toBe(2 * 1024 * 1024);
    expect(() => check('a.png', 'image/png', more)).toThrow(
      expect.objectContaining({ code: 'PAYLOAD_TOO_LARGE' }),
    );
  });
});
