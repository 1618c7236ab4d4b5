import { eventually, TcpProxy } from '@vici/testing';
import { currentCaller, currentContext, DomainError, newId } from '@vici/utils';
import { describe, expect, it } from 'vitest';
import { accountEvent, handler, useEvents } from '../../test/events-fixture.js';
import type { ReceivedMessage } from '../bus/event-bus.js';
import type { DomainEvent } from '../envelope/domain-event.js';
import { DEAD_LETTER_HEADERS, REPLAY_FOR_HEADER } from '../headers.js';
import { toMessages } from '../outbox/outbox.publisher.js';

const events = useEvents();
const DLQ = 'account-events.dlq';

const idOf = (message: ReceivedMessage | undefined): string => String(JSON.parse(message?.value ?? '{}').id);

describe('a consumer of single events', () => {
  it('commits effect and inbox note together, and handles a second copy no more', async () => {
    const bus = events.openBus();
    const event = accountEvent();
    await events.startConsumers({ bus, single: [handler((one) => events.leaveEffect(one))] });

    await events.send(bus, event, event);
    await events.caughtUp(bus, 'test');
    await events.send(bus, event);
    await events.caughtUp(bus, 'test');

    expect(await events.effects()).toEqual([event.id]);
    expect((await events.postgres.database.pool.query('select consumer, event_id from inbox')).rows).toEqual([
      { consumer: 'test', event_id: event.id },
    ]);
  });

  it('runs handlers as the service itself, under the id of the event', async () => {
    const bus = events.openBus();
    const event = accountEvent();
    const seen: unknown[] = [];
    const look = async () => void seen.push([currentCaller(), currentContext()?.requestId]);
    await events.startConsumers({ bus, single: [handler(look)] });
    await events.send(bus, event);
    await events.caughtUp(bus, 'test');
    expect(seen).toEqual([[{ role: 'system', service: 'test' }, event.id]]);
  });

  it('tries a failing handler again and keeps nothing of the failed tries', async () => {
    const bus = events.openBus();
    const event = accountEvent();
    let tries = 0;
    const flaky = handler(async (one) => {
      tries += 1;
      await events.leaveEffect(one);
      if (tries < 3) throw new Error('not yet');
    });
    await events.startConsumers({ bus, single: [flaky] });
    await events.send(bus, event);
    await events.caughtUp(bus, 'test');

    expect(tries).toBe(3);
    expect(await events.effects()).toEqual([event.id]);
    expect(await events.messagesOf(DLQ, bus)).toEqual([]);
  });

  it('dead-letters a message after five tries and handles the next one of its key', async () => {
    const bus = events.openBus();
    const subject = newId();
    const [poison, next] = [accountEvent(subject), accountEvent(subject)];
    let tries = 0;
    const picky = handler(async (one) => {
      await events.leaveEffect(one);
      if (one.id !== poison.id) return;
      tries += 1;
      throw new Error('cannot mail jane@example.com about it');
    });
    await events.startConsumers({ bus, single: [picky] });
    await events.send(bus, poison, next);
    await events.caughtUp(bus, 'test');

    expect(tries).toBe(5);
    expect(await events.effects()).toEqual([next.id]);
    expect(await events.countOf('inbox')).toBe(1);
    const [letter, ...more] = await events.messagesOf(DLQ, bus);
    const [original] = await events.messagesOf('account-events', bus);
    expect(more).toEqual([]);
    expect(letter).toMatchObject({ key: subject, value: original?.value });
    expect(letter?.headers).toEqual({
      ...original?.headers,
      [DEAD_LETTER_HEADERS.originTopic]: 'account-events',
      [DEAD_LETTER_HEADERS.originPartition]: String(original?.partition),
      [DEAD_LETTER_HEADERS.originOffset]: original?.offset,
      [DEAD_LETTER_HEADERS.group]: 'test',
      [DEAD_LETTER_HEADERS.errorCode]: 'INTERNAL',
      [DEAD_LETTER_HEADERS.error]: 'cannot mail [redacted] about it',
      [DEAD_LETTER_HEADERS.failedAt]: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
      [DEAD_LETTER_HEADERS.attempts]: '5',
    });
  });

  it('tries a refusal of the domain twice only', async () => {
    const bus = events.openBus();
    let tries = 0;
    const refusing = handler(async () => {
      tries += 1;
      throw new DomainError('NOT_FOUND', 'User was not found.');
    });
    await events.startConsumers({ bus, single: [refusing] });
    await events.send(bus, accountEvent());
    await events.caughtUp(bus, 'test');

    expect(tries).toBe(2);
    const [letter] = await events.messagesOf(DLQ, bus);
    expect(letter?.headers).toMatchObject({ 'x-error-code': 'NOT_FOUND', 'x-attempts': '2' });
  });

  it('dead-letters what is no event at once, without calling a handler or stopping', async () => {
    const bus = events.openBus();
    const good = accountEvent();
    const [message] = toMessages(accountEvent());
    if (message === undefined) throw new Error('an event has a topic');
    const noUser = { ...JSON.parse(message.value), data: { verifiedAt: '2026-01-01T00:00:00Z' } };
    await events.startConsumers({ bus, single: [handler((one) => events.leaveEffect(one))] });
    await bus.publish([
      { ...message, value: '{not json' },
      { ...message, value: JSON.stringify(noUser) },
    ]);
    await events.send(bus, good);
    await events.caughtUp(bus, 'test');

    expect(await events.effects()).toEqual([good.id]);
    const letters = await events.messagesOf(DLQ, bus);
    expect(
      letters.map(({ headers }) => [headers['x-error-code'], headers['x-error'], headers['x-attempts']]),
    ).toEqual([
      ['INVALID_EVENT', 'the message is not JSON', '1'],
      ['INVALID_EVENT', 'user.email_verified does not fit its schema: userId: invalid_type', '1'],
    ]);
  });

  it('passes over types without a handler and replays for another group, leaving no note', async () => {
    const bus = events.openBus();
    const [message] = toMessages(accountEvent());
    if (message === undefined) throw new Error('an event has a topic');
    await events.startConsumers({
      bus,
      single: [{ ...handler((one) => events.leaveEffect(one)), types: ['user.deleted'] }],
    });
    await events.send(bus, accountEvent());
    await events.caughtUp(bus, 'test');
    await events.startConsumers({
      bus,
      service: 'mine',
      single: [handler((one) => events.leaveEffect(one))],
    });
    await events.caughtUp(bus, 'mine');
    const before = await events.effects();
    await bus.publish([{ ...message, headers: { ...message.headers, [REPLAY_FOR_HEADER]: 'other' } }]);
    await events.caughtUp(bus, 'mine');

    expect(before).toHaveLength(1);
    expect(await events.effects()).toEqual(before);
    expect(await events.countOf('inbox')).toBe(1);
  });

  it('never dead-letters a healthy message because an upstream is down', async () => {
    const bus = events.openBus();
    const event = accountEvent();
    let tries = 0;
    const dependent = handler(async (one) => {
      tries += 1;
      if (tries <= 12) throw new DomainError('SERVICE_UNAVAILABLE', 'payment is unavailable');
      await events.leaveEffect(one);
    });
    await events.startConsumers({ bus, single: [dependent] });
    await events.send(bus, event);
    await events.caughtUp(bus, 'test');

    expect(tries).toBe(13);
    expect(await events.effects()).toEqual([event.id]);
    expect(await events.messagesOf(DLQ, bus)).toEqual([]);
  });

  it('loses and dead-letters nothing while PostgreSQL is away', async () => {
    const bus = events.openBus();
    const proxy = await TcpProxy.to(events.postgres.url);
    events.closeLater(() => proxy.close());
    const database = events.openDatabase(proxy.url);
    await events.startConsumers({
      bus,
      database,
      single: [handler((one) => events.leaveEffect(one, database))],
    });
    const list = Array.from({ length: 60 }, () => accountEvent());
    await events.send(bus, ...list.slice(0, 20));
    await events.caughtUp(bus, 'test');
    proxy.cut();
    await events.send(bus, ...list.slice(20));
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    expect((await bus.lag('test', ['account-events']))['account-events']).toBe(40);

    proxy.restore();
    await events.caughtUp(bus, 'test');

    expect((await events.effects()).toSorted()).toEqual(list.map((event) => event.id).toSorted());
    expect(await events.messagesOf(DLQ, bus)).toEqual([]);
  });

  it('handles one key in order and different keys side by side', async () => {
    const bus = events.openBus();
    const [one, two] = [newId(), newId()];
    const list = Array.from({ length: 10 }, (_, index) => accountEvent(index % 2 === 0 ? one : two));
    let [running, most] = [0, 0];
    const order: DomainEvent[] = [];
    const slow = handler(async (event) => {
      running += 1;
      most = Math.max(most, running);
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 10));
      order.push(event);
      running -= 1;
    });
    await events.send(bus, ...list);
    await events.startConsumers({ bus, single: [slow] });
    await events.caughtUp(bus, 'test');

    expect(most).toBe(2);
    for (const key of [one, two]) {
      const ids = (among: readonly DomainEvent[]) => among.filter((e) => e.subject === key).map((e) => e.id);
      expect(ids(order)).toEqual(ids(list));
    }
  });

  it('handles each event once with two members and every message sent twice', async () => {
    const list = Array.from({ length: 200 }, () => accountEvent());
    const bus = events.openBus();
    const record = { single: [handler((one) => events.leaveEffect(one))] };
    const first = await events.startConsumers({ bus, ...record });
    await events.startConsumers(record);
    await events.send(bus, ...list);
    await events.send(bus, ...list.slice(0, 100));
    await first.stop();
    await events.send(bus, ...list.slice(100));
    await events.caughtUp(bus, 'test');

    expect((await events.effects()).toSorted()).toEqual(list.map((event) => event.id).toSorted());
  });

  it('finishes the event in hand when it stops, and its successor does not repeat it', async () => {
    const bus = events.openBus();
    const event = accountEvent();
    const started = Promise.withResolvers<void>();
    const slow = handler(async (one) => {
      started.resolve();
      await new Promise((resolve) => setTimeout(resolve, 300));
      await events.leaveEffect(one);
    });
    const consumers = await events.startConsumers({ bus, single: [slow] });
    await events.send(bus, event);
    await started.promise;
    await consumers.stop();
    expect(await events.effects()).toEqual([event.id]);

    let repeated = 0;
    const count = handler(async () => {
      repeated += 1;
    });
    await events.startConsumers({ bus, single: [count] });
    await events.caughtUp(bus, 'test');
    expect(repeated).toBe(0);
  });

  it('leaves a message that is waiting for its next try to the successor when it stops', async () => {
    const bus = events.openBus();
    const event = accountEvent();
    const failed = Promise.withResolvers<void>();
    const failing = handler(async () => {
      failed.resolve();
      throw new Error('not now');
    });
    const patient = { tries: 5, finalTries: 2, backoff: { baseMs: 60_000, factor: 1, maxMs: 60_000 } };
    const consumers = await events.startConsumers({ bus, single: [failing], retry: patient });
    await events.send(bus, event);
    await failed.promise;
    await consumers.stop();
    expect(await events.messagesOf(DLQ, bus)).toEqual([]);

    await events.startConsumers({ bus, single: [handler((one) => events.leaveEffect(one))] });
    await eventually(async () => expect(await events.effects()).toEqual([event.id]));
    expect(idOf((await events.messagesOf('account-events', bus))[0])).toBe(event.id);
  });
});
