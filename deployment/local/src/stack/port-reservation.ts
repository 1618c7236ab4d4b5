import { once } from 'node:events';
import { connect, createServer, type Server } from 'node:net';
import { freePort } from '@vici/backing-services';
import { listenerOf } from './port-owner.js';
import { type PortPlan, type ServicePortPair, withPorts } from './port-plan.js';
import type { StackService } from './service-catalogue.js';

/** Nothing was started: the message is one sentence for the person at the terminal. */
export class PortTakenError extends Error {
  override readonly name = 'PortTakenError';
}

/**
 * From here on systems give ports to outgoing connections (Linux 32768, macOS 49152), the documented gRPC ports
 * among them: one of Vici's own connections may sit on a port a service is about to listen on.
 */
const FIRST_PASSING_PORT = 32_768;
const HOST = '127.0.0.1';

/** Holds ports from the moment they were found free until their owner starts, so that nobody else gets them. */
export class PortReservation {
  readonly #held = new Map<number, Server>();
  #plan: PortPlan;

  private constructor(plan: PortPlan) {
    this.#plan = plan;
  }

  /**
   * Takes every port of the plan. A gRPC port that no one listens on but a connection blocks is exchanged for another.
   * @throws PortTakenError naming the first port that is taken, by whom where that is known, and what to do
   */
  static async take(plan: PortPlan, services: readonly StackService[]): Promise<PortReservation> {
    const reservation = new PortReservation(plan);
    try {
      for (const name of services) {
        await reservation.#takeService(name);
      }
      await reservation.#hold('the picture store', plan.s3);
      await reservation.#hold('mail', plan.smtp);
      await reservation.#hold('the mail inbox', plan.inbox);
    } catch (error) {
      await reservation.releaseAll();
      throw error;
    }
    return reservation;
  }

  /** The ports that are held. */
  get plan(): PortPlan {
    return this.#plan;
  }

  /** Lets go of ports, for their owner to listen on. */
  async release(...ports: (number | undefined)[]): Promise<void> {
    await Promise.all(
      ports.map(async (port) => {
        const server = this.#held.get(port ?? 0);
        this.#held.delete(port ?? 0);
        if (server !== undefined) {
          await close(server);
        }
      }),
    );
  }

  async releaseAll(): Promise<void> {
    await this.release(...this.#held.keys());
  }

  async #takeService(name: StackService): Promise<void> {
    const { http, grpc } = this.#plan.services[name];
    await this.#hold(name, http);
    if (grpc === undefined) {
      return;
    }
    const chosen = (await isBlockedByConnection(grpc)) ? await freePort() : grpc;
    await this.#hold(`${name} (gRPC)`, chosen);
    this.#plan = withPorts(this.#plan, name, { http, grpc: chosen });
  }

  async #hold(owner: string, port: number): Promise<void> {
    const server = await holdPort(port);
    if (server === undefined) {
      throw await portTaken(owner, port);
    }
    this.#held.set(port, server);
  }
}

/**
 * Other ports for a service that could not listen because a passing connection has one of its own.
 * @returns undefined when that was not the reason: its ports are free, or taken for good
 */
export async function otherPorts(ports: ServicePortPair): Promise<ServicePortPair | undefined> {
  const http = await otherPort(ports.http);
  const grpc = ports.grpc === undefined ? undefined : await otherPort(ports.grpc);
  if (http === undefined && grpc === undefined) {
    return undefined;
  }
  const chosen = grpc ?? ports.grpc;
  return { http: http ?? ports.http, ...(chosen === undefined ? {} : { grpc: chosen }) };
}

async function otherPort(port: number): Promise<number | undefined> {
  return (await isBlockedByConnection(port)) ? await freePort() : undefined;
}

/** Whether nothing listens on the port and yet nobody can: a connection has it, or had it a minute ago. */
async function isBlockedByConnection(port: number): Promise<boolean> {
  if (port < FIRST_PASSING_PORT) {
    return false;
  }
  const server = await listenOn(port, HOST);
  if (server !== undefined) {
    await close(server);
    return false;
  }
  return !(await isListening(port));
}

async function isListening(port: number): Promise<boolean> {
  const socket = connect(port, HOST);
  const answered = await once(socket, 'connect').then(
    () => true,
    () => false,
  );
  socket.destroy();
  return answered;
}

/** Undefined unless the port is free on every address: a listener on `::` would answer for `localhost` instead of Vici. */
async function holdPort(port: number): Promise<Server | undefined> {
  const everywhere = await listenOn(port, '::');
  if (everywhere === undefined) {
    return undefined;
  }
  await close(everywhere);
  return await listenOn(port, HOST);
}

async function listenOn(port: number, host: string): Promise<Server | undefined> {
  const server = createServer((socket) => socket.destroy());
  server.listen(port, host);
  try {
    await once(server, 'listening');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'EADDRINUSE' || code === 'EACCES') {
      return undefined;
    }
    if (host === HOST) {
      throw error;
    }
    // A machine without IPv6 has nobody listening on it either.
  }
  return server;
}

async function close(server: Server): Promise<void> {
  if (!server.listening) {
    return;
  }
  server.close();
  await once(server, 'close');
}

async function portTaken(owner: string, port: number): Promise<PortTakenError> {
  const holder = await listenerOf(port);
  const by = holder === undefined ? 'another process' : `process ${holder.pid} (${holder.command})`;
  const remedy = holder === undefined ? 'End it' : `End it (kill ${holder.pid})`;
  return new PortTakenError(
    `Port ${port}, wanted for ${owner}, is used by ${by}. ${remedy}, or start with other ports: VICI_PORT_OFFSET=100 ./quick-start.sh up`,
  );
}
