import { expect, it } from 'vitest';
import { LiveFeed } from './live-feed.js';

class NumberFeed extends LiveFeed<number> {}

it('gives each subscriber of a channel each event, in order, and keeps what a slow one has not taken', async () => {
  const feed = new NumberFeed();
  const [first, second] = [feed.subscribe('a'), feed.subscribe('a')];
  const waiting = first.next();
  for (const n of [1, 2]) feed.publish('a', { event: 'changed', data: n });
  expect((await waiting).value).toEqual({ event: 'changed', data: 1 });
  expect((await first.next()).value).toEqual({ event: 'changed', data: 2 });
  expect((await second.next()).value).toEqual({ event: 'changed', data: 1 });
});

it('ends for a reader that falls more than 100 events behind, after those it kept', async () => {
  const feed = new NumberFeed();
  const subscription = feed.subscribe('a');
  for (let n = 1; n <= 101; n += 1) feed.publish('a', { event: 'changed', data: n });
  expect(feed.hasSubscribers('a')).toBe(false);
  const taken = [];
  for await (const { data } of subscription) taken.push(data);
  expect(taken).toEqual(Array.from({ length: 100 }, (_, index) => index + 1));
});
