import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ClaimedDelivery } from '../domain/delivery.js';
import { type Sender, SendingPlaces } from './sending-places.js';

const claimOf = (id: string): ClaimedDelivery => ({
  id,
  eventId: 'event',
  userId: 'user',
  channel: 'email',
  purpose: 'account',
  recipient: 'ada@example.com',
  template: 'welcome',
  subject: 's',
  html: 'h',
  text: 't',
  attempt: 1,
  createdAt: new Date(),
});

/** Sends until it is told that the mail is out. */
class SlowSender implements Sender {
  readonly sending = new Map<string, () => void>();
  readonly givenBack: string[] = [];
  freed = 0;

  async send({ id }: ClaimedDelivery): Promise<void> {
    const sent = Promise.withResolvers<void>();
    this.sending.set(id, sent.resolve);
    await sent.promise;
  }

  async giveBack({ id }: ClaimedDelivery): Promise<void> {
    this.givenBack.push(id);
  }

  placeFreed(): void {
    this.freed += 1;
  }

  end(id: string): void {
    this.sending.get(id)?.();
  }
}

describe('the places of a sender', () => {
  let sender: SlowSender;
  let places: SendingPlaces;

  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['performance'] });
    sender = new SlowSender();
    places = new SendingPlaces({ retry: { maxAttempts: 1, baseMs: 1 }, mailDomain: 'vici.test', atOnce: 2 });
    places.open(sender);
  });

  afterEach(() => {
    vi.useRealTimers();
  });

  it('are promised as long as there are some', () => {
    expect(['a', 'b', 'c'].map((id) => places.promise(id))).toEqual([true, true, false]);
    expect(places.free).toBe(0);
  });

  it('are promised to nobody before there is a sender', () => {
    const empty = new SendingPlaces({
      retry: { maxAttempts: 1, baseMs: 1 },
      mailDomain: 'vici.test',
      atOnce: 2,
    });
    expect(empty.promise('a')).toBe(false);
  });

  it('are taken while a mail is on its way, and free again when it is out', async () => {
    places.promise('a');
    await places.take(claimOf('a'));
    expect(places.free).toBe(1);

    sender.end('a');
    await vi.waitFor(() => expect(places.free).toBe(2));
    expect(sender.freed).toBe(0);
  });

  it('are not promised past those that wait, who are told of the next free one', async () => {
    await places.take(claimOf('a'));
    places.noteWaiting(true);
    expect(places.promise('b')).toBe(false);

    sender.end('a');
    await vi.waitFor(() => expect(sender.freed).toBe(1));
  });

  it('are free again when the transaction of whoever was promised one has come to nothing', () => {
    places.promise('a');
    vi.advanceTimersByTime(2_000);
    expect(places.free).toBe(2);
  });

  it('are closed to what comes too late, which is given back', async () => {
    places.promise('a');
    await places.close();

    await places.take(claimOf('a'));
    expect([...sender.sending.keys()]).toEqual([]);
    expect(sender.givenBack).toEqual(['a']);
    expect(places.promise('b')).toBe(false);
  });
});
