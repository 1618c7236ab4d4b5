import { describe, expect, it } from 'vitest';
import { checkedProfileChange, splitName } from './profile.js';

describe('splitName', () => {
  it('takes the last word as the last name', () => {
    expect(splitName('  Ada  King Lovelace ')).toEqual({ firstName: 'Ada King', lastName: 'Lovelace' });
  });

  it('takes a single word as the first name', () => {
    expect(splitName('Plato')).toEqual({ firstName: 'Plato', lastName: '' });
  });
});

const rules = { phoneFault: (phone: string) => (phone === 'none' ? 'must be a phone number' : undefined) };

describe('checkedProfileChange', () => {
  it('keeps only what was given', () => {
    expect(checkedProfileChange({ phone: ' +1 555 0100 ' }, rules)).toEqual({ phone: '+1 555 0100' });
  });

  it('takes no control characters, not even those the URL parser overlooks', () => {
    const check = () =>
      checkedProfileChange({ name: 'Ada\u001b[31m', avatar: 'https://a.example/\nx.png' }, rules);

    expect(check).toThrowError(
      expect.objectContaining({
        details: {
          fields: [
            { field: 'name', message: 'must not contain control characters' },
            { field: 'avatar', message: 'must be an http or https address' },
          ],
        },
      }),
    );
  });

  it('names every bad field at once', () => {
    const check = () =>
      checkedProfileChange({ name: ' ', phone: 'none', avatar: 'javascript:alert(1)' }, rules);

    expect(check).toThrowError(
      expect.objectContaining({
        details: {
          fields: [
            { field: 'name', message: 'must have 1 to 200 characters' },
            { field: 'phone', message: 'must be a phone number' },
            { field: 'avatar', message: 'must be an http or https address' },
          ],
        },
      }),
    );
  });
});
