import { AsyncLocalStorage } from 'node:async_hooks';
import { subscribe } from 'node:diagnostics_channel';
import { Socket } from 'node:net';
import type { EventBus } from './event-bus.js';

const owners = new AsyncLocalStorage<TestNetwork>();

subscribe('net.client.socket', (message) => {
  if (typeof message !== 'object' || message === null || !('socket' in message)) return;
  if (message.socket instanceof Socket) owners.getStore()?.adopt(message.socket);
});

/**
 * The network of one client in a test: every TCP connection that the code run inside `use` opens,
 * also later from its timers, belongs to it and can be cut off as if a cable were pulled.
 */
export class TestNetwork {
  readonly #sockets = new Set<Socket>();
  #down = false;

  /** Runs code whose connections shall belong to this network. */
  use<T>(work: () => T): T {
    return owners.run(this, work);
  }

  /** The bus with all of its connections on this network. */
  carry(create: () => EventBus): EventBus {
    const bus = this.use(create);
    return {
      ensureTopics: (topics) => this.use(() => bus.ensureTopics(topics)),
      publish: (messages) => this.use(() => bus.publish(messages)),
      publishTogether: (messages) => this.use(() => bus.publishTogether(messages)),
      subscribe: (subscription) => this.use(() => bus.subscribe(subscription)),
      ping: () => this.use(() => bus.ping()),
      close: () => this.use(() => bus.close()),
      readAll: (topic, visit) => this.use(() => bus.readAll(topic, visit)),
      lag: (group, topics) => this.use(() => bus.lag(group, topics)),
    };
  }

  /** Breaks all connections; new ones break as soon as they are made. */
  cut(): void {
    this.#down = true;
    for (const socket of this.#sockets) socket.destroy(new Error('network is cut'));
  }

  /** Lets new connections live again. */
  restore(): void {
    this.#down = false;
  }

  adopt(socket: Socket): void {
    this.#sockets.add(socket);
    socket.once('close', () => this.#sockets.delete(socket));
    socket.once('connect', () => {
      if (this.#down) socket.destroy(new Error('network is cut'));
    });
  }
}
