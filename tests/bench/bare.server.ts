// A Fastify server that does nothing but send the bytes of its argument: what framework and machine give at best.
import fastify from 'fastify';
import { report, untilReleased } from './served.ts';

const bytes = Buffer.from(process.argv[2] ?? '', 'base64');
const server = fastify();
server.get('/', (_request, reply) => reply.type('application/json; charset=utf-8').send(bytes));
untilReleased(() => server.close());
report({ address: await server.listen({ port: 0, host: '127.0.0.1' }) });
