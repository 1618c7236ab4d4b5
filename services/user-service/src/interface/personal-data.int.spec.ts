import { createEvent, PERSONAL_DATA_SERVICES, type PersonalDataService } from '@vici/events';
import { ProductServiceDefinition } from '@vici/proto-gen/product';
import { PersonalDataServiceDefinition, UserServiceDefinition } from '@vici/proto-gen/user';
import { asCaller, eventually, fakeUpstream, useService } from '@vici/testing';
import { newId } from '@vici/utils';
import { beforeEach, describe, expect, it } from 'vitest';
import { userService } from '../user.service.js';

const products = fakeUpstream(ProductServiceDefinition, {});
const service = useService(userService, {}, { upstreams: [products] });
const data = () => service.client(PersonalDataServiceDefinition);
const users = () => service.client(UserServiceDefinition);
const OTHERS = PERSONAL_DATA_SERVICES.filter((name) => name !== 'user-service');

let userId = '';
const as = <T>(work: () => Promise<T>, id = userId) => asCaller({ role: 'customer', userId: id }, work);

beforeEach(async () => {
  userId = newId();
  await as(() => users().updateProfile({ name: 'Ada Lovelace' }));
  await as(() =>
    users().createAddress({
      postal: {
        firstName: 'Ada',
        lastName: 'Lovelace',
        addressLine1: '12 St James Square',
        city: 'London',
        state: '',
        postalCode: 'SW1Y 4JH',
        country: 'GB',
        phone: '',
      },
    }),
  );
});

/** Another service answers an export with one part, or with a part of several. */
const exported = (requestId: string, name: PersonalDataService, part = 1, last = true) =>
  service.publish(
    createEvent('privacy.data_exported', {
      subject: requestId,
      data: { requestId, userId, service: name, part, last, data: { things: [{ name, part }] } },
    }),
  );

const erased = (requestId: string, name: PersonalDataService) =>
  service.publish(
    createEvent('privacy.data_erased', {
      subject: requestId,
      data: {
        requestId,
        userId,
        service: name,
        erased: { things: 2 },
        kept:
          name === 'order-service'
            ? [{ what: 'invoices', count: 1, reason: 'The law wants them kept.' }]
            : [],
      },
    }),
  );

const progress = (id: string) => as(() => data().getDataRequest({ id }));

describe('an export', () => {
  it('is complete when every service has given its last part, and holds what each gave', async () => {
    const { id, waitingFor } = await as(() => data().requestExport({}));
    expect(waitingFor).toEqual([...PERSONAL_DATA_SERVICES]);
    await eventually(async () => expect((await progress(id)).waitingFor).toEqual(OTHERS));

    await exported(id, 'order-service', 1, false);
    for (const name of OTHERS.filter((other) => other !== 'order-service')) await exported(id, name);
    await eventually(async () => expect((await progress(id)).waitingFor).toEqual(['order-service']));
    expect((await progress(id)).completedAt).toBeUndefined();
    await exported(id, 'order-service', 2, true);
    await eventually(async () => expect((await progress(id)).completedAt).toBeInstanceOf(Date));

    const first = await as(() => data().listExportParts({ id }));
    expect(first.total).toBe(10);
    expect(first.parts.map((part) => [part.service, part.part])).toContainEqual(['order-service', 2]);
    const own = first.parts.find((part) => part.service === 'user-service');
    expect(JSON.parse(own?.json ?? '{}')).toMatchObject({
      profile: [{ first_name: 'Ada', last_name: 'Lovelace' }],
      preferences: [{ language: 'en' }],
      addresses: [{ address_line1: '12 St James Square' }],
    });
    expect((await as(() => data().listExportParts({ id, offset: 10 }))).parts).toEqual([]);
  });

  it('asked for again while it is under way is the same one, and a new one afterwards', async () => {
    const both = await Promise.all([as(() => data().requestExport({})), as(() => data().requestExport({}))]);
    expect(new Set(both.map(({ id }) => id)).size).toBe(1);
    const id = both[0]?.id ?? '';
    for (const name of OTHERS) await exported(id, name);
    await eventually(async () => expect((await progress(id)).completedAt).toBeInstanceOf(Date));
    expect((await as(() => data().requestExport({}))).id).not.toBe(id);
  });

  it('takes an answer that comes twice once', async () => {
    const { id } = await as(() => data().requestExport({}));
    await exported(id, 'cart-service');
    await exported(id, 'cart-service');
    await eventually(async () => expect((await progress(id)).waitingFor).not.toContain('cart-service'));
    await eventually(async () => expect((await as(() => data().listExportParts({ id }))).total).toBe(2));
  });

  it('is nobody else’s', async () => {
    const { id } = await as(() => data().requestExport({}));
    const stranger = newId();
    await expect(as(() => data().getDataRequest({ id }), stranger)).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
    await expect(as(() => data().listExportParts({ id }), stranger)).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
  });
});

describe('an erasure', () => {
  it('deletes what user-service holds, exports included, and reports what every service did', async () => {
    const exportRequest = await as(() => data().requestExport({}));
    const { id } = await as(() => data().requestErasure({}));
    for (const name of OTHERS) await erased(id, name);
    await eventually(async () => expect((await progress(id)).completedAt).toBeInstanceOf(Date));

    const report = await as(() => data().getErasure({ userId }));
    expect(report.services.map(({ service: name }) => name)).toEqual([...PERSONAL_DATA_SERVICES].sort());
    expect(report.services.find((entry) => entry.service === 'user-service')).toEqual({
      service: 'user-service',
      erased: { profiles: 1n, addresses: 1n, wishlist: 0n, exports: 1n },
      kept: [],
    });
    expect(report.services.find((entry) => entry.service === 'order-service')?.kept).toEqual([
      { what: 'invoices', count: 1n, reason: 'The law wants them kept.' },
    ]);
    await expect(progress(exportRequest.id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect((await as(() => users().listAddresses({}))).addresses).toEqual([]);
    expect(await as(() => users().getProfile({}))).toMatchObject({ firstName: '', lastName: '' });
  });

  it('is asked of the services once, however often the user asks', async () => {
    const [first, second] = [
      await as(() => data().requestErasure({})),
      await as(() => data().requestErasure({})),
    ];
    expect(second.id).toBe(first.id);
    await eventually(() =>
      expect(
        service.events().filter(({ type, subject }) => type === 'user.deleted' && subject === userId),
      ).toHaveLength(1),
    );
  });

  it('is reported to the user and to staff, and to nobody else', async () => {
    await as(() => data().requestErasure({}));
    const asRole = (role: 'customer' | 'support') =>
      asCaller({ role, userId: newId() }, () => data().getErasure({ userId }));
    await expect(asRole('customer')).rejects.toMatchObject({ code: 'FORBIDDEN' });
    expect((await asRole('support')).request?.userId).toBe(userId);
  });
});
