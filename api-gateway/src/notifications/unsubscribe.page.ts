import type { NestFastifyApplication } from '@nestjs/platform-fastify';

const POLICY = "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'";

/** Serves /unsubscribe, which asks before it ends anything: programs that check the links of a mail follow them all. */
export function addUnsubscribePage(app: NestFastifyApplication): void {
  app
    .getHttpAdapter()
    .getInstance()
    .get<{ Querystring: { token?: unknown } }>('/unsubscribe', async (request, reply) => {
      const { token } = request.query;
      reply.header('content-security-policy', POLICY).header('referrer-policy', 'no-referrer');
      reply.header('cache-control', 'no-store').type('text/html; charset=utf-8');
      return reply.send(page(typeof token === 'string' ? token : ''));
    });
}

function page(token: string): string {
  const action = `/api/notifications/unsubscribe?token=${encodeURIComponent(token)}`;
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Vici</title></head>
<body style="font:16px/1.5 system-ui,sans-serif;max-width:30rem;margin:3rem auto;padding:0 1rem">
<h1>Mails about offers</h1><p>Mails about your orders and your account go on.</p>
<form method="post" action="${action}"><button name="List-Unsubscribe" value="One-Click">Send me no more</button></form>
</body></html>`;
}
