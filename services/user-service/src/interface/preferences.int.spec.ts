import { createEvent } from '@vici/events';
import { UserServiceDefinition } from '@vici/proto-gen/user';
import { asCaller, eventually, useService } from '@vici/testing';
import { newId } from '@vici/utils';
import { describe, expect, it } from 'vitest';
import { userService } from '../user.service.js';

const service = useService(userService);
const users = () => service.client(UserServiceDefinition);

/** Runs `work` as a signed-in customer. */
const as = <T>(userId: string, work: () => Promise<T>) => asCaller({ role: 'customer', userId }, work);
const updatesOf = (userId: string) =>
  service.events().filter(({ type, subject }) => type === 'user.updated' && subject === userId);

const defaults = {
  emailNotifications: true,
  smsNotifications: false,
  marketingEmails: false,
  language: 'en',
  currency: 'USD',
};

describe('preferences', () => {
  it('are the defaults for somebody who never said anything', async () => {
    const userId = newId();

    expect(await as(userId, () => users().getPreferences({}))).toEqual({ userId, ...defaults });
  });

  it('change by the fields given alone, and the other services are told all of them', async () => {
    const [userId, other] = [newId(), newId()];
    await as(userId, () => users().updateProfile({ name: 'Ada Lovelace' }));

    const changed = await as(userId, () =>
      users().updatePreferences({ emailNotifications: false, language: 'vi', currency: 'vnd' }),
    );

    const expected = { ...defaults, emailNotifications: false, language: 'vi', currency: 'VND' };
    expect(changed).toEqual({ userId, ...expected });
    expect(await as(userId, () => users().getPreferences({}))).toEqual({ userId, ...expected });
    expect(await as(other, () => users().getPreferences({}))).toEqual({ userId: other, ...defaults });
    await eventually(() => {
      expect(updatesOf(userId).map(({ data }) => data)).toEqual([
        { userId, firstName: 'Ada', lastName: 'Lovelace', ...defaults },
        { userId, firstName: 'Ada', lastName: 'Lovelace', ...expected },
      ]);
    });
  });

  it('tell nobody of a request that changes nothing', async () => {
    const userId = newId();

    await as(userId, () => users().updatePreferences({}));
    await as(userId, () => users().updatePreferences({ language: 'en', emailNotifications: true }));
    await as(userId, () => users().updatePreferences({ smsNotifications: true }));
    const again = await as(userId, () => users().updatePreferences({ smsNotifications: true }));

    expect(again).toEqual({ userId, ...defaults, smsNotifications: true });
    // Events of one user arrive in order: were there others, they would stand before this one.
    await as(userId, () => users().updatePreferences({ marketingEmails: true }));
    await eventually(() => {
      expect(updatesOf(userId).map(({ data }) => data)).toEqual([
        expect.objectContaining({ smsNotifications: true, marketingEmails: false }),
        expect.objectContaining({ smsNotifications: true, marketingEmails: true }),
      ]);
    });
  });

  it('stay as they are when one field is bad', async () => {
    const userId = newId();

    const bad = as(userId, () =>
      users().updatePreferences({ smsNotifications: true, language: 'fr', currency: 'ABC' }),
    );

    await expect(bad).rejects.toMatchObject({
      code: 'VALIDATION_FAILED',
      details: { fields: [{ field: 'language' }, { field: 'currency' }] },
    });
    expect(await as(userId, () => users().getPreferences({}))).toEqual({ userId, ...defaults });
  });

  it('lose nothing when several fields and the profile change at once, and the last event tells it all', async () => {
    const userId = newId();

    await Promise.all([
      as(userId, () => users().updatePreferences({ emailNotifications: false })),
      as(userId, () => users().updatePreferences({ smsNotifications: true })),
      as(userId, () => users().updatePreferences({ marketingEmails: true })),
      as(userId, () => users().updatePreferences({ language: 'vi' })),
      as(userId, () => users().updateProfile({ name: 'Ada Lovelace' })),
    ]);

    const expected = {
      emailNotifications: false,
      smsNotifications: true,
      marketingEmails: true,
      language: 'vi',
      currency: 'USD',
    };
    expect(await as(userId, () => users().getPreferences({}))).toEqual({ userId, ...expected });
    await eventually(() => {
      const told = updatesOf(userId);
      expect(told).toHaveLength(5);
      expect(told.at(-1)?.data).toEqual({ userId, firstName: 'Ada', lastName: 'Lovelace', ...expected });
    });
  });

  it('take over that marketing was ended with a link of a mail, and leave the rest as it was', async () => {
    const userId = newId();
    await as(userId, () => users().updatePreferences({ marketingEmails: true, language: 'vi' }));
    const ended = createEvent('notification.unsubscribed', {
      subject: userId,
      data: { userId, occurredAt: new Date().toISOString() },
    });

    await service.publish(ended);
    await service.publish(ended);

    await eventually(async () =>
      expect(await as(userId, () => users().getPreferences({}))).toEqual({
        userId,
        ...defaults,
        language: 'vi',
      }),
    );
    await eventually(() =>
      expect(updatesOf(userId).map(({ data }) => 'marketingEmails' in data && data.marketingEmails)).toEqual([
        true,
        false,
      ]),
    );
  });

  it('are for signed-in shoppers', async () => {
    const guest = { role: 'anonymous' } as const;

    await expect(asCaller(guest, () => users().getPreferences({}))).rejects.toMatchObject({
      code: 'UNAUTHENTICATED',
    });
    await expect(asCaller(guest, () => users().updatePreferences({ language: 'vi' }))).rejects.toMatchObject({
      code: 'UNAUTHENTICATED',
    });
  });
});
