import { expect, it } from 'vitest';
import { parseJson } from './parse-json.js';

it.each(['{"a":[1,{"__proto__":{"b":2},"c":3}]}', '{"a":[1,{"\\u005f_proto_\\u005F":{"b":2},"c":3}]}'])(
  'leaves out what would change a prototype: %s',
  (text) => {
    expect(JSON.stringify(parseJson(text))).toBe('{"a":[1,{"c":3}]}');
  },
);

it('keeps everything else', () => {
  const value = { a: [1, 'two', null, { b: true }], proto: 1 };
  expect(parseJson(JSON.stringify(value))).toEqual(value);
});

it('names the body when it is not JSON', () => {
  expect(() => parseJson('{')).toThrow(
    expect.objectContaining({
      code: 'VALIDATION_FAILED',
      details: { fields: [{ field: 'body', message: 'is not valid JSON' }] },
    }),
  );
});
