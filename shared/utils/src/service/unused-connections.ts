import type { Server } from 'node:http';
import type { Socket } from 'node:net';

/**
 * Connections on which no request has come yet: browsers open them in advance. The HTTP server counts them as busy, so
 * that closing it would wait for a request that may never come.
 */
export class UnusedConnections {
  private readonly sockets = new Set<Socket>();

  constructor(server: Server) {
    server.on('connection', (socket: Socket) => {
      this.sockets.add(socket);
      const forget = () => this.sockets.delete(socket);
      socket.once('close', forget);
    });
    server.on('request', ({ socket }) => this.sockets.delete(socket));
  }

  close(): void {
    for (const socket of this.sockets) {
      if (socket.bytesRead === 0) {
        socket.destroy();
      }
    }
  }
}
