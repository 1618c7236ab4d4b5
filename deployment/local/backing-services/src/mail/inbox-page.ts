import type { FastifyInstance } from 'fastify';
import fastify from 'fastify';

import type { InboxMessage } from './inbox-message.js';
import type { InboxStore } from './inbox-store.js';

const PAGE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-src 'self'; base-uri 'none'";
/** A mail is a stranger's HTML: no script, no form, no request except for images from this machine. */
const MAIL_POLICY =
  "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data: http://localhost:* http://127.0.0.1:*";
const LOOPBACK_NAMES = new Set(['localhost', '127.0.0.1', '[::1]']);

/**
 * The inbox over HTTP: a page for people, `/api/messages` for programs.
 * @param previewsUrl where all mails can be looked at without sending one
 */
export function createInboxPage(store: InboxStore, previewsUrl?: string): FastifyInstance {
  const app = fastify({ forceCloseConnections: true });
  app.addHook('onRequest', async (request, reply) => {
    // A web site that points its own name at 127.0.0.1 would otherwise read the mails through the visitor's browser.
    if (!LOOPBACK_NAMES.has(request.host.replace(/:\d+$/, ''))) {
      return reply.code(403).send({ error: 'This inbox answers under its loopback name only.' });
    }
    reply.header('x-content-type-options', 'nosniff');
    return undefined;
  });
  app.get('/api/messages', async () => store.list());
  app.delete('/api/messages', async (_request, reply) => {
    store.clear();
    return reply.code(204).send();
  });
  app.get<{ Params: { id: string } }>('/api/messages/:id', async (request, reply) => {
    return (await store.find(request.params.id)) ?? reply.code(404).send({ error: 'No such message.' });
  });
  app.get('/', async (_request, reply) =>
    sendHtml(reply, PAGE_POLICY, listPage(await store.list(), previewsUrl)),
  );
  app.get<{ Params: { id: string } }>('/messages/:id', async (request, reply) => {
    const message = await store.find(request.params.id);
    return message === undefined
      ? sendHtml(reply.code(404), PAGE_POLICY, layout('Not here', '<p>This mail is no longer kept.</p>'))
      : sendHtml(reply, PAGE_POLICY, messagePage(message));
  });
  app.get<{ Params: { id: string } }>('/messages/:id/html', async (request, reply) => {
    const message = await store.find(request.params.id);
    return sendHtml(message === undefined ? reply.code(404) : reply, MAIL_POLICY, message?.html ?? '');
  });
  return app;
}

interface HtmlReply<R> {
  header(name: string, value: string): R;
  type(value: string): { send(body: string): R };
}

function sendHtml<R extends HtmlReply<R>>(reply: R, policy: string, body: string): R {
  return reply.header('content-security-policy', policy).type('text/html; charset=utf-8').send(body);
}

const ENTITIES = new Map([
  ['&', '&amp;'],
  ['<', '&lt;'],
  ['>', '&gt;'],
  ['"', '&quot;'],
  ["'", '&#39;'],
]);

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES.get(character) ?? character);
}

function layout(title: string, body: string): string {
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>${escapeHtml(title)}</title><style>
body { font: 15px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; color: #222 }
table { border-collapse: collapse; width: 100% } td, th { text-align: left; padding: .4rem .6rem; border-bottom: 1px solid #ddd }
iframe { width: 100%; height: 36rem; border: 1px solid #ccc } pre { white-space: pre-wrap; background: #f6f6f6; padding: 1rem }
</style></head><body>${body}</body></html>`;
}

function listPage(messages: readonly InboxMessage[], previewsUrl: string | undefined): string {
  const rows = messages.map(
    ({ id, receivedAt, to, subject }) =>
      `<tr><td>${escapeHtml(receivedAt)}</td><td>${escapeHtml(to.join(', '))}</td><td><a href="/messages/${encodeURIComponent(id)}">${escapeHtml(subject === '' ? '(no subject)' : subject)}</a></td></tr>`,
  );
  const table = `<table><tr><th>Received</th><th>To</th><th>Subject</th></tr>${rows.join('')}</table>`;
  const previews =
    previewsUrl === undefined ? '' : `<p><a href="${escapeHtml(previewsUrl)}">All mails of the shop</a></p>`;
  return layout('Vici mail', `<h1>Mail</h1>${previews}${rows.length === 0 ? '<p>No mail yet.</p>' : table}`);
}

function messagePage(message: InboxMessage): string {
  const html =
    message.html === ''
      ? ''
      : `<iframe sandbox title="The mail as HTML" src="/messages/${encodeURIComponent(message.id)}/html"></iframe>`;
  return layout(
    message.subject,
    `<p><a href="/">All mail</a></p><h1>${escapeHtml(message.subject)}</h1>
<p>From ${escapeHtml(message.from)} to ${escapeHtml(message.to.join(', '))}, ${escapeHtml(message.receivedAt)}</p>
${html}<pre>${escapeHtml(message.text)}</pre>`,
  );
}
