import { describe, expect, it } from 'vitest';
import { accountEvent, handler, useEvents } from '../../test/events-fixture.js';
import type { EventBus } from '../bus/event-bus.js';
import type { DomainEvent } from '../envelope/domain-event.js';
import { runDeadLetterCommand } from './dead-letter.command.js';
import { replayDeadLetters } from './replay-dead-letters.js';

const events = useEvents();
const DLQ = 'account-events.dlq';

/** A service whose handler fails for some events until its bug is fixed. */
async function serviceWithBug(bus: EventBus, faulty: readonly DomainEvent[]) {
  const ids = new Set(faulty.map((event) => event.id));
  const bug = { fixed: false };
  const buggy = handler(async (event) => {
    await events.leaveEffect(event);
    if (!bug.fixed && ids.has(event.id)) throw new Error('bug');
  });
  await events.startConsumers({ bus, single: [buggy] });
  return bug;
}

describe('replaying dead letters', () => {
  it('brings what failed to its effect, exactly once, however often it is asked for', async () => {
    const bus = events.openBus();
    const [good, bad, worse] = [accountEvent(), accountEvent(), accountEvent()];
    const bug = await serviceWithBug(bus, [bad, worse]);
    await events.send(bus, bad, good, worse);
    await events.caughtUp(bus, 'test');
    expect(await events.effects()).toEqual([good.id]);
    bug.fixed = true;

    expect(await replayDeadLetters(bus, 'account-events')).toEqual({ replayed: 2 });
    expect(await replayDeadLetters(bus, 'account-events')).toEqual({ replayed: 0 });
    await events.caughtUp(bus, 'test');

    expect((await events.effects()).toSorted()).toEqual([good.id, bad.id, worse.id].toSorted());
    const replayed = (await events.messagesOf('account-events', bus)).findLast(
      ({ headers }) => 'x-replay-for' in headers,
    );
    expect(replayed?.headers).toEqual({
      'content-type': 'application/cloudevents+json; charset=utf-8',
      'ce-type': 'user.email_verified',
      'x-replay-for': 'test',
      'x-replayed-at': expect.stringMatching(/Z$/),
    });
    expect(await events.messagesOf(DLQ, bus)).toHaveLength(2);
  });

  it('makes it a dead letter again when it still fails, for the next replay', async () => {
    const bus = events.openBus();
    const bad = accountEvent();
    const bug = await serviceWithBug(bus, [bad]);
    await events.send(bus, bad);
    await events.caughtUp(bus, 'test');
    await replayDeadLetters(bus, 'account-events');
    await events.caughtUp(bus, 'test');
    expect(await events.messagesOf(DLQ, bus)).toHaveLength(2);
    expect(await events.effects()).toEqual([]);
    bug.fixed = true;

    expect(await replayDeadLetters(bus, 'account-events')).toEqual({ replayed: 1 });
    await events.caughtUp(bus, 'test');
    expect(await events.effects()).toEqual([bad.id]);
  });

  it('does not touch groups that handled the event, even when they have forgotten it', async () => {
    const bus = events.openBus();
    const bad = accountEvent();
    const bug = await serviceWithBug(bus, [bad]);
    let calls = 0;
    const count = handler(async () => {
      calls += 1;
    });
    await events.startConsumers({ bus, service: 'other', single: [count] });
    await events.send(bus, bad);
    await events.caughtUp(bus, 'test');
    await events.caughtUp(bus, 'other');
    await events.postgres.database.pool.query('truncate inbox');
    bug.fixed = true;

    await replayDeadLetters(bus, 'account-events');
    await events.caughtUp(bus, 'test');
    await events.caughtUp(bus, 'other');

    expect(calls).toBe(1);
    expect(await events.effects()).toEqual([bad.id]);
  });

  it('keeps what the filter refuses for a later replay', async () => {
    const bus = events.openBus();
    const [one, two] = [accountEvent(), accountEvent()];
    const bug = await serviceWithBug(bus, [one, two]);
    await events.send(bus, one, two);
    await events.caughtUp(bus, 'test');
    bug.fixed = true;
    const [firstLetter] = await events.messagesOf(DLQ, bus);
    const first = firstLetter?.headers ?? {};

    const filtered = await replayDeadLetters(
      bus,
      'account-events',
      // Two partitions may well both hold a message of this offset.
      ({ originPartition, originOffset }) =>
        originPartition === first['x-origin-partition'] && originOffset === first['x-origin-offset'],
    );
    await events.caughtUp(bus, 'test');
    expect(filtered).toEqual({ replayed: 1 });
    expect(await events.effects()).toEqual([JSON.parse(firstLetter?.value ?? '').id]);

    expect(await replayDeadLetters(bus, 'account-events')).toEqual({ replayed: 1 });
    await events.caughtUp(bus, 'test');
    expect((await events.effects()).toSorted()).toEqual([one.id, two.id].toSorted());
  });
});

describe('the dead-letter command', () => {
  it('lists and replays the dead letters of one error', async () => {
    const bus = events.openBus();
    const bad = accountEvent();
    const bug = await serviceWithBug(bus, [bad]);
    await events.send(bus, bad);
    await events.caughtUp(bus, 'test');
    bug.fixed = true;
    const lines: string[] = [];
    const run = (...argv: string[]) => runDeadLetterCommand(argv, bus, (line) => void lines.push(line));

    expect(await run('list', 'account-events', '--code', 'INTERNAL')).toBe(0);
    expect(lines.splice(0)).toEqual([
      expect.stringMatching(
        /^\S+Z {2}user\.email_verified {2}test {2}INTERNAL {2}account-events\/\d@\S+ {2}bug$/,
      ),
      '1 kept in account-events.dlq, replayed ones included',
    ]);
    expect(await run('list', 'account-events', '--code', 'NOT_FOUND')).toBe(0);
    expect(lines.splice(0)).toEqual(['0 kept in account-events.dlq, replayed ones included']);
    expect(await run('replay', 'account-events', '--group', 'test')).toBe(0);
    expect(lines.splice(0)).toEqual(['1 replayed to account-events']);
    await events.caughtUp(bus, 'test');
    expect(await events.effects()).toEqual([bad.id]);
  });

  it.each([
    [[]],
    [['replay']],
    [['replay', 'no-such-topic']],
    [['drop', 'account-events']],
    [['list', 'account-events', '--no']],
  ])('explains itself when asked for %j', async (argv) => {
    const bus = events.openBus();
    const lines: string[] = [];
    expect(await runDeadLetterCommand(argv, bus, (line) => void lines.push(line))).toBe(2);
    expect(lines[0]).toContain('Usage: dead-letters <list|replay> <topic>');
  });
});
