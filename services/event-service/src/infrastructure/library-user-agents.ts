import { Injectable } from '@nestjs/common';
import Bowser from 'bowser';
import crawlers from 'crawler-user-agents';
import { type Agent, UserAgents } from '../application/ports.js';

/** User agents remembered at once; real ones repeat. */
const MAX_REMEMBERED = 5_000;
const NOBODY: Agent = { isBot: false };

/** One expression: over 1,500 single ones would be tried for every new browser. */
const CRAWLER = new RegExp(crawlers.map(({ pattern }) => pattern).join('|'));

/** Families by bowser, programs by the list of crawler-user-agents. */
@Injectable()
export class LibraryUserAgents extends UserAgents {
  private readonly remembered = new Map<string, Agent>();

  read(userAgent: string | undefined): Agent {
    if (userAgent === undefined || userAgent === '') return NOBODY;
    const known = this.remembered.get(userAgent);
    if (known !== undefined) return known;
    const agent = { family: familyOf(userAgent), isBot: CRAWLER.test(userAgent) };
    if (this.remembered.size >= MAX_REMEMBERED) this.remembered.clear();
    this.remembered.set(userAgent, agent);
    return agent;
  }
}

/** Such as "Chrome on Android": what a visitor uses, not who they are. */
function familyOf(userAgent: string): string | undefined {
  const { browser, os } = Bowser.parse(userAgent);
  if (browser.name === undefined || browser.name === '') return undefined;
  return os.name === undefined || os.name === '' ? browser.name : `${browser.name} on ${os.name}`;
}
