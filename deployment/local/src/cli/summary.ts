import { DEMO_ADMIN, DEMO_CUSTOMER } from '../stack/development-accounts.js';
import type { LocalStack } from '../stack/stack-options.js';
import { table } from './table.js';
import { PROGRAM } from './workspace.js';

/** What to show when everything is ready: where things are, and who may sign in. */
export function summaryOf(stack: LocalStack, seconds: number): string {
  const api = named(stack.apiUrl);
  const places = table([
    ['  API', `${api}/api`],
    ['  API documentation', `${api}/docs`],
    ['  Mail inbox', named(stack.mailbox.url)],
    ['  Pictures (S3)', named(stack.endpoints.s3Url)],
    ['  Customer', `${DEMO_CUSTOMER.email} / ${DEMO_CUSTOMER.password}`],
    ['  Administrator', `${DEMO_ADMIN.email} / ${DEMO_ADMIN.password}`],
  ]);
  return `\nVici is ready in ${seconds.toFixed(1)} s\n\n${places}\n\n  Stop it with Ctrl-C or ${PROGRAM} down; ${PROGRAM} status and logs show more.\n`;
}

function named(url: string): string {
  return url.replace('127.0.0.1', 'localhost');
}
