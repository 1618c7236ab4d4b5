import { describe, expect, it } from 'vitest';
import { checkedProfileChange, splitName, wantedAvatar } from './profile.js';

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
    expect(checkedProfileChange({ phone: ' +1 555 0100 ' }, rules, true)).toEqual({ phone: '+1 555 0100' });
  });

  it('takes no control characters', () => {
    const check = () => checkedProfileChange({ name: 'Ada\u001b[31m' }, rules, true);

    expect(check).toThrowError(
      expect.objectContaining({
        details: { fields: [{ field: 'name', message: 'must not contain control characters' }] },
      }),
    );
  });

  it('takes an empty avatar for none, and asks nobody about it', () => {
    const request = { avatar: ' ' };

    expect(wantedAvatar(request)).toBeUndefined();
    expect(checkedProfileChange(request, rules, true)).toEqual({ avatar: '' });
  });

  it('names every bad field at once', () => {
    const check = () =>
      checkedProfileChange({ name: ' ', phone: 'none', avatar: 'javascript:alert(1)' }, rules, false);

    expect(check).toThrowError(
      expect.objectContaining({
        details: {
          fields: [
            { field: 'name', message: 'must have 1 to 200 characters' },
            { field: 'phone', message: 'must be a phone number' },
            { field: 'avatar', message: 'must be the address of a picture you uploaded as an avatar' },
          ],
        },
      }),
    );
  });
});
