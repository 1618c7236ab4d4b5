import { createEvent } from '@vici/events';
import { type CheckPicturesRequest, MediaServiceDefinition, UploadKind } from '@vici/proto-gen/product';
import { UserServiceDefinition } from '@vici/proto-gen/user';
import { asCaller, eventually, fakeUpstream, useService } from '@vici/testing';
import { DomainError, invalidField, newId, runInContext } from '@vici/utils';
import { beforeEach, describe, expect, it } from 'vitest';
import { userService } from '../user.service.js';

const media = fakeUpstream(MediaServiceDefinition, {});
const service = useService(userService, {}, { upstreams: [media] });
const users = () => service.client(UserServiceDefinition);

const postal = {
  firstName: 'Ada',
  lastName: 'Lovelace',
  addressLine1: '12 St James Square',
  city: 'London',
  state: '',
  postalCode: 'SW1Y 4JH',
  country: 'GB',
  phone: '+44 20 7946 0000',
};

const registered = (userId: string) =>
  createEvent('user.registered', {
    subject: userId,
    data: {
      userId,
      email: 'ada@example.com',
      firstName: 'Ada',
      lastName: 'Lovelace',
      role: 'customer',
      registeredAt: '2026-03-01T10:00:00.000Z',
    },
  });

/** Runs `work` as a signed-in customer. */
const as = <T>(userId: string, work: () => Promise<T>) => asCaller({ role: 'customer', userId }, work);

describe('profiles', () => {
  it('shows a profile right after registering, before the event has come, and fills it in when it comes', async () => {
    const userId = newId();

    const early = await as(userId, () => users().getProfile({}));
    await service.publish(registered(userId));

    expect(early).toMatchObject({ userId, firstName: '', lastName: '', email: '' });
    await eventually(async () => {
      const profile = await as(userId, () => users().getProfile({}));
      expect(profile).toMatchObject({ firstName: 'Ada', lastName: 'Lovelace', email: 'ada@example.com' });
      expect(profile.createdAt).toEqual(new Date('2026-03-01T10:00:00.000Z'));
    });
  });

  it('keeps a name edited before the registration event arrives', async () => {
    const userId = newId();

    await as(userId, () => users().updateProfile({ name: 'Augusta Ada King' }));
    await service.publish(registered(userId));

    await eventually(async () => {
      const profile = await as(userId, () => users().getProfile({}));
      expect(profile).toMatchObject({ firstName: 'Augusta Ada', lastName: 'King', email: 'ada@example.com' });
    });
  });

  it('tells the other services of a change, with the preferences', async () => {
    const userId = newId();

    await as(userId, () => users().updateProfile({ phone: '+1 415 555 0100' }));

    await eventually(() => {
      expect(service.events()).toContainEqual(
        expect.objectContaining({
          type: 'user.updated',
          subject: userId,
          data: {
            userId,
            firstName: '',
            lastName: '',
            phone: '+1 415 555 0100',
            emailNotifications: true,
            smsNotifications: false,
            marketingEmails: false,
            language: 'en',
            currency: 'USD',
          },
        }),
      );
    });
  });

  it('gives one profile to many first requests at once', async () => {
    const userId = newId();

    const profiles = await Promise.all(
      Array.from({ length: 10 }, () => as(userId, () => users().getProfile({}))),
    );

    expect(new Set(profiles.map((profile) => profile.createdAt?.getTime())).size).toBe(1);
  });

  it('refuses a caller who is not signed in', async () => {
    await expect(asCaller({ role: 'anonymous' }, () => users().getProfile({}))).rejects.toMatchObject({
      code: 'UNAUTHENTICATED',
    });
  });
});

describe('an avatar', () => {
  const own = 'http://localhost:9000/media/media/avatar/1/1k.webp';
  const change = (userId: string, avatar: string) => as(userId, () => users().updateProfile({ avatar }));
  const avatarsTold = (userId: string) =>
    service
      .events()
      .flatMap((event) =>
        event.type === 'user.updated' && event.subject === userId ? [event.data.avatar] : [],
      );
  let asked: CheckPicturesRequest[] = [];

  beforeEach(() => {
    asked = [];
    media.handlers.checkPictures = async (request) => {
      asked.push(request);
      if (request.addresses[0] !== own) throw invalidField('addresses[0]', 'is not a picture of yours');
      return {};
    };
  });

  it('is a picture the shopper uploaded as one, and is told of until it is taken away', async () => {
    const userId = newId();

    expect((await change(userId, ` ${own} `)).avatar).toBe(own);
    expect(asked).toEqual([{ kind: UploadKind.AVATAR, addresses: [own] }]);
    expect((await change(userId, '')).avatar).toBeUndefined();
    expect((await as(userId, () => users().getProfile({}))).avatar).toBeUndefined();

    await eventually(() => expect(avatarsTold(userId)).toEqual([own, undefined]));
  });

  it('from elsewhere is refused by name, with every other fault, and nothing changes', async () => {
    const userId = newId();
    await as(userId, () => users().updateProfile({ name: 'Ada Lovelace', avatar: own }));

    const refused = as(userId, () =>
      users().updateProfile({ name: ' ', avatar: 'https://elsewhere.example/a.png' }),
    );

    await expect(refused).rejects.toMatchObject({
      code: 'VALIDATION_FAILED',
      details: {
        fields: [
          { field: 'name', message: 'must have 1 to 200 characters' },
          { field: 'avatar', message: 'must be the address of a picture you uploaded as an avatar' },
        ],
      },
    });
    expect(await as(userId, () => users().getProfile({}))).toMatchObject({ firstName: 'Ada', avatar: own });
  });

  it('that a profile has already stays, whoever is away; a new one waits for product-service', async () => {
    const userId = newId();
    await change(userId, own);
    media.handlers.checkPictures = async () => {
      throw new DomainError('SERVICE_UNAVAILABLE', 'Away.');
    };

    expect(await as(userId, () => users().updateProfile({ name: 'Ada L', avatar: own }))).toMatchObject({
      firstName: 'Ada',
      avatar: own,
    });
    await expect(change(userId, `${own}?new`)).rejects.toMatchObject({ code: 'SERVICE_UNAVAILABLE' });
  });
});

describe('addresses', () => {
  it('makes the first address the default, and moves the default when another one asks for it', async () => {
    const userId = newId();

    const first = await as(userId, () => users().createAddress({ postal, isDefault: false }));
    const second = await as(userId, () => users().createAddress({ postal, isDefault: true }));
    const { addresses } = await as(userId, () => users().listAddresses({}));

    expect(first.isDefault).toBe(true);
    expect(addresses.map(({ id, isDefault }) => ({ id, isDefault }))).toEqual([
      { id: second.id, isDefault: true },
      { id: first.id, isDefault: false },
    ]);
  });

  it('adds one address however often a request with one idempotency key comes, and one of each user’s own', async () => {
    const [userId, other] = [newId(), newId()];
    const create = (user: string, idempotencyKey: string) =>
      runInContext({ requestId: newId(), caller: { role: 'customer', userId: user }, idempotencyKey }, () =>
        users().createAddress({ postal, isDefault: false }),
      );

    const same = await Promise.all(Array.from({ length: 5 }, () => create(userId, 'key-1')));
    const another = await create(userId, 'key-2');
    const foreign = await create(other, 'key-1');

    expect(new Set(same.map(({ id }) => id)).size).toBe(1);
    expect(new Set([same[0]?.id, another.id, foreign.id]).size).toBe(3);
    const { addresses } = await as(userId, () => users().listAddresses({}));
    expect(addresses).toHaveLength(2);
  });

  it('hands the default on to the newest when the default one is deleted', async () => {
    const userId = newId();
    const first = await as(userId, () => users().createAddress({ postal, isDefault: false }));
    await as(userId, () => users().createAddress({ postal, isDefault: false }));
    const newest = await as(userId, () => users().createAddress({ postal, isDefault: false }));

    await as(userId, () => users().deleteAddress({ id: first.id }));
    const byDefault = await as(userId, () => users().getAddress({ id: '' }));

    expect(byDefault.id).toBe(newest.id);
  });

  it('gives an address with where mails go, once the registration is known', async () => {
    const userId = newId();
    const [first, second] = [
      await as(userId, () => users().createAddress({ postal, isDefault: true })),
      await as(userId, () => users().createAddress({ postal, isDefault: false })),
    ];
    const read = (id: string, withEmail: boolean) => as(userId, () => users().getAddress({ id, withEmail }));
    expect(await read(second.id, true)).toEqual(second);

    await service.publish(registered(userId));

    await eventually(async () =>
      expect(await read(second.id, true)).toEqual({ ...second, email: 'ada@example.com' }),
    );
    expect(await read('', true)).toEqual({ ...first, email: 'ada@example.com' });
    expect(await read(second.id, false)).toEqual(second);
    const stranger = as(newId(), () => users().getAddress({ id: first.id, withEmail: true }));
    await expect(stranger).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('keeps exactly one default and at most twenty addresses when thirty are added at once', async () => {
    const userId = newId();

    const results = await Promise.allSettled(
      Array.from({ length: 30 }, () => as(userId, () => users().createAddress({ postal, isDefault: true }))),
    );
    const { addresses } = await as(userId, () => users().listAddresses({}));

    const refused = results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []));
    expect(addresses).toHaveLength(20);
    expect(addresses.filter((address) => address.isDefault)).toHaveLength(1);
    expect(refused).toHaveLength(10);
    for (const error of refused)
      expect(error).toMatchObject({ code: 'LIMIT_EXCEEDED', details: { limit: 20 } });
  });

  it('changes only the given fields, and nothing when one of them is bad', async () => {
    const userId = newId();
    const { id } = await as(userId, () => users().createAddress({ postal, isDefault: false }));

    await as(userId, () => users().updateAddress({ id, city: 'Bath' }));
    const bad = as(userId, () => users().updateAddress({ id, city: 'York', country: 'England' }));

    await expect(bad).rejects.toMatchObject({
      code: 'VALIDATION_FAILED',
      details: { fields: [{ field: 'country', message: 'must have at most 2 characters' }] },
    });
    expect(await as(userId, () => users().getAddress({ id }))).toMatchObject({
      postal: { ...postal, city: 'Bath' },
    });
  });

  it("does not find another shopper's address", async () => {
    const { id } = await as(newId(), () => users().createAddress({ postal, isDefault: false }));
    const stranger = newId();

    const attempts = await Promise.allSettled([
      as(stranger, () => users().getAddress({ id })),
      as(stranger, () => users().updateAddress({ id, city: 'Bath' })),
      as(stranger, () => users().deleteAddress({ id })),
    ]);

    expect(attempts).toEqual(
      attempts.map(() => ({ status: 'rejected', reason: expect.objectContaining({ code: 'NOT_FOUND' }) })),
    );
    expect(attempts).toHaveLength(3);
  });
});
