import { Database } from '@vici/database';
import { eventService } from '@vici/event-service';
import { createEvent } from '@vici/events';
import { notificationService } from '@vici/notification-service';
import { DeadLetterAdminServiceDefinition } from '@vici/proto-gen/event';
import { eventually, useMailInbox, useService, useTestRedis, walkByCursor } from '@vici/testing';
import { newId } from '@vici/utils';
import { beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { useGateway } from '../../api-gateway/src/fixtures/gateway.fixture.ts';
import { signIn } from '../../api-gateway/src/fixtures/tokens.fixture.ts';

const redis = useTestRedis();
const mail = useMailInbox();
const notifications = useService(notificationService, () => ({ SMTP_URL: mail.smtpUrl }));
const events = useService(eventService, {}, { onBusOf: notifications });
const { upstreams, call } = useGateway();

/** Five tries with their pauses take up to ten seconds, and the three may lie behind one another in one partition. */
const GIVEN_UP_MS = 60_000;

let token = '';
beforeEach(async () => {
  ({ token } = await signIn(redis.client, { role: 'admin' }));
  const letters = events.client(DeadLetterAdminServiceDefinition);
  upstreams.deadLetterAdmin.searchDeadLetters = (request) => letters.searchDeadLetters(request);
  upstreams.deadLetterAdmin.getDeadLetter = (request) => letters.getDeadLetter(request);
  upstreams.deadLetterAdmin.replayDeadLetters = (request) => letters.replayDeadLetters(request);
});

const letterList = z.object({
  data: z.array(z.object({ id: z.string(), key: z.string() })),
  pagination: z.object({ nextCursor: z.string().optional() }),
});
const withPayload = z.object({ payload: z.string() });
const replayed = z.object({ replayed: z.array(z.string()) });

const sql = (text: string) => notifications.get(Database).pool.query(text);

async function registered(): Promise<{ userId: string; email: string }> {
  const userId = newId();
  const email = `${userId}@example.com`;
  const data = {
    userId,
    email,
    firstName: 'Ada',
    lastName: 'Byron',
    role: 'customer',
    registeredAt: '2026-03-01T10:00:00.000Z',
    verificationToken: 'opens-the-account',
  } as const;
  await notifications.publish(createEvent('user.registered', { subject: userId, data }));
  return { userId, email };
}

async function pageOf(query: string) {
  const { body } = await call('GET', `/admin/dead-letters?eventType=user.registered${query}`, { token });
  return letterList.parse(body['data']);
}
const listed = async (query: string) => (await pageOf(query)).data;

const replayBegan = (id: string, ago: string) =>
  events
    .get(Database)
    .pool.query('update dead_letters set replay_begun_at = now() - $2::interval where id = $1', [id, ago]);

const mailsTo = async (email: string) =>
  (await mail.messages()).filter(({ to }) => to.includes(email)).length;

/** Three people whose welcome the service cannot handle, until its database is mended. */
async function threePoisoned() {
  await sql(`create function refuse() returns trigger language plpgsql as
    $$ begin raise exception 'no room for %', new.recipient; end $$`);
  await sql(`create trigger refuse before insert on deliveries for each row
    when (new.template = 'welcome') execute function refuse()`);
  const people = [await registered(), await registered(), await registered()];
  const letters = await eventually(
    async () => {
      const found = await listed('&group=notification-service&status=DEAD&sort=oldest');
      expect(found).toHaveLength(people.length);
      return found;
    },
    { timeoutMs: GIVEN_UP_MS },
  );
  const of = ({ userId }: { userId: string }) => letters.find(({ key }) => key === userId)?.id ?? '';
  return { people, ids: people.map(of) };
}

describe('a message that a service cannot handle', () => {
  it('is found, read, and given back once the service is mended, over HTTP', {
    timeout: 150_000,
  }, async () => {
    const { people, ids } = await threePoisoned();
    const [first = '', second = '', erased = ''] = ids;
    const [ada, bob, eve] = people;
    if (!ada || !bob || !eve) throw new Error('There are three people');

    const list = await call('GET', '/admin/dead-letters', { token });
    const csv = await call('GET', '/admin/dead-letters/export?search=no%20room', { token });
    const one = await call('GET', `/admin/dead-letters/${first}`, { token });

    expect(list.body['data']).toMatchObject({
      data: [{ topic: 'account-events', errorCode: 'P0001', attempts: 5, status: 'DEAD' }, {}, {}],
      pagination: { total: 3 },
    });
    expect(`${list.text}${csv.text}`).not.toContain('@example.com');
    const walked = await walkByCursor(async ({ limit, cursor = '' }) => {
      const { data, pagination } = await pageOf(`&sort=oldest&limit=${limit}&cursor=${cursor}`);
      return { items: data, page: pagination };
    });
    expect(walked.map(({ id }) => id).toSorted()).toEqual(ids.toSorted());
    expect(csv.text.split('\r\n').filter((line) => ids.some((id) => line.startsWith(id)))).toHaveLength(3);
    const { payload } = withPayload.parse(one.body['data']);
    expect(JSON.parse(payload).data).toMatchObject({ email: ada.email, verificationToken: '[redacted]' });

    await events.publish(
      createEvent('user.deleted', {
        subject: eve.userId,
        data: { userId: eve.userId, deletedAt: '2026-03-01T11:00:00.000Z' },
      }),
    );
    await eventually(async () => expect(await listed('&status=DEAD')).toHaveLength(2));
    await sql('drop trigger refuse on deliveries');
    const metrics = await fetch(`http://127.0.0.1:${events.running.httpPort}/metrics`);
    expect(await metrics.text()).toMatch(/^dead_letters_waiting\{?.* 2$/m);
    // Somebody is giving it back at this moment; then whoever did that has died over it.
    await replayBegan(first, '1 second');
    const meanwhile = await call('POST', `/admin/dead-letters/${first}/replay`, { token });
    await replayBegan(first, '2 minutes');
    const alone = await call('POST', `/admin/dead-letters/${first}/replay`, { token });
    const body = { ids: [first, second] };
    const both = await Promise.all(
      [body, body].map(() => call('POST', '/admin/dead-letters/replay', { token, body })),
    );

    expect(meanwhile.body['data']).toMatchObject({ id: first, status: 'REPLAYING' });
    expect(alone.body['data']).toMatchObject({ id: first, status: 'REPLAYED' });
    expect(both.flatMap((answer) => replayed.parse(answer.body['data']).replayed)).toEqual([second]);
    await eventually(async () =>
      expect([await mailsTo(ada.email), await mailsTo(bob.email)]).toEqual([1, 1]),
    );
    expect(await mailsTo(eve.email)).toBe(0);
    expect((await listed('&status=REPLAYED')).map(({ id }) => id).sort()).toEqual([first, second].sort());
    await eventually(() =>
      expect(
        events
          .audits()
          .map(({ data }) => [data.action, data.actor.role, data.target.id])
          .sort(),
      ).toEqual([first, second].map((id) => ['dead-letter.replay', 'admin', id]).sort()),
    );
    const gone = await call('POST', '/admin/dead-letters/replay', { token, body: { ids: [erased] } });
    expect([gone.status, gone.body['error']]).toEqual([404, 'NOT_FOUND']);
  });

  it('is for administrators alone, and a bad request is told what is wrong with it', async () => {
    const support = await signIn(redis.client, { role: 'support' });
    const paths = ['', '/export', `/${newId()}`];

    const refused = await Promise.all(
      paths.map((path) => call('GET', `/admin/dead-letters${path}`, { token: support.token })),
    );
    const unknown = await call('GET', `/admin/dead-letters/${newId()}`, { token });
    const bad = await call('POST', '/admin/dead-letters/replay', { token, body: { ids: ['x'] } });
    const filter = await call('GET', '/admin/dead-letters?status=LOST&from=yesterday', { token });

    expect(refused.map(({ status }) => status)).toEqual([403, 403, 403]);
    expect(unknown.status).toBe(404);
    expect(bad.body['details']).toMatchObject({ fields: [{ field: 'ids.0' }] });
    expect(filter.body['details']).toMatchObject({ fields: [{ field: 'status' }, { field: 'from' }] });
  });
});
