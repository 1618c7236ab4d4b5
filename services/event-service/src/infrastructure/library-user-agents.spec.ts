import { expect, it } from 'vitest';
import { LibraryUserAgents } from './library-user-agents.js';

const agents = new LibraryUserAgents();

it.each([
  [
    'Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Mobile Safari/537.36',
    { family: 'Chrome on Android', isBot: false },
  ],
  [
    'Mozilla/5.0 (Macintosh; Intel Mac OS X 14_5) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Safari/605.1.15',
    { family: 'Safari on macOS', isBot: false },
  ],
  [
    'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)',
    { family: 'Googlebot', isBot: true },
  ],
])('reads %s', (userAgent, agent) => {
  expect(agents.read(userAgent)).toEqual(agent);
  expect(agents.read(userAgent)).toEqual(agent);
});

it.each(['curl/8.5.0', 'python-requests/2.32.3', 'Scrapy/2.11 (+https://scrapy.org)'])(
  'takes %s for a bot',
  (userAgent) => expect(agents.read(userAgent).isBot).toBe(true),
);

it.each([undefined, '', 'Browser/1.0'])('takes %j for a person', (userAgent) => {
  expect(agents.read(userAgent).isBot).toBe(false);
});
