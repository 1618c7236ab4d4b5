import { once } from 'node:events';
import { connect, createServer, type Server } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { freePorts, withPorts } from './port-plan.js';
import { otherPorts, PortReservation, PortTakenError } from './port-reservation.js';

const servers: Server[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

async function occupy(host: string, wanted = 0): Promise<number> {
  const server = createServer().listen(wanted, host);
  servers.push(server);
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

describe('a port that is taken', () => {
  it.each(['127.0.0.1', '::'])('is named with its holder and a remedy, bound to %s', async (host) => {
    const port = await occupy(host);
    const taken = withPorts(await freePorts(), 'cart', { http: port, grpc: 1 });
    const refusal = await PortReservation.take(taken, ['cart']).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(PortTakenError);
    const message = refusal instanceof Error ? refusal.message : '';
    expect(message).toContain(`Port ${port}, wanted for cart, is used by process ${process.pid} (`);
    expect(message).toContain(
      `). End it (kill ${process.pid}), or start with other ports: VICI_PORT_OFFSET=100 ./quick-start.sh up`,
    );
  });

  it('does not matter when its service is not started, and keeps no other port held', async () => {
    const port = await occupy('127.0.0.1');
    const taken = withPorts(await freePorts(), 'cart', { http: port });
    await expect(PortReservation.take(taken, ['user', 'cart'])).rejects.toThrow(PortTakenError);
    const reservation = await PortReservation.take(taken, ['user']);
    await reservation.releaseAll();
  });
});

describe('a reservation', () => {
  it('keeps others off a port until its owner gets it', async () => {
    const plan = await freePorts();
    const reservation = await PortReservation.take(plan, ['user']);
    const { http, grpc } = plan.services.user;
    await expect(occupy('127.0.0.1', http)).rejects.toThrow('EADDRINUSE');
    await reservation.release(http, grpc);
    expect(await occupy('127.0.0.1', http)).toBe(http);
    await expect(occupy('127.0.0.1', plan.s3)).rejects.toThrow('EADDRINUSE');
    await reservation.releaseAll();
    expect(await occupy('127.0.0.1', plan.s3)).toBe(plan.s3);
  });
});

describe('a gRPC port that a connection sits on', () => {
  it('is exchanged for another, while the rest stay as planned', async () => {
    const far = await occupy('127.0.0.1');
    const socket = connect(far, '127.0.0.1');
    await once(socket, 'connect');
    const free = await freePorts();
    const { http } = free.services.cart;
    const plan = withPorts(free, 'cart', { http, grpc: socket.localPort ?? 0 });
    const reservation = await PortReservation.take(plan, ['user', 'cart']);
    socket.destroy();
    await reservation.releaseAll();
    expect(reservation.plan.services.user).toEqual(free.services.user);
    expect(reservation.plan.services.cart.http).toBe(http);
    expect(reservation.plan.services.cart.grpc).not.toBe(plan.services.cart.grpc);
  });
});

describe('other ports', () => {
  it('are found once an outgoing connection has one', async () => {
    const far = await occupy('127.0.0.1');
    const socket = connect(far, '127.0.0.1');
    await once(socket, 'connect');
    const http = (await freePorts()).services.user.http;
    const other = await otherPorts({ http, grpc: socket.localPort ?? 0 });
    socket.destroy();
    expect(other?.http).toBe(http);
    expect(other?.grpc).not.toBe(socket.localPort);
    expect(other?.grpc).toBeGreaterThan(0);
  });

  it('are not given when the ports are free, or documented ones below those of connections', async () => {
    const plan = await freePorts();
    expect(await otherPorts(plan.services.user)).toBeUndefined();
    expect(await otherPorts({ http: 3000 })).toBeUndefined();
  });
});
