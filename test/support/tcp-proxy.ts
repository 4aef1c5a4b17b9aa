import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A TCP relay that a test can cut, pause and revive: what a bad network does to a connection. */
export interface TcpProxy {
  readonly port: number;
  /** How many connections were made. */
  readonly connections: number;
  /** Breaks all connections at once. */
  cut(): void;
  /** Connections are refused or accepted again. */
  refuse(on: boolean): void;
  /** Bytes from the client are no longer read: its socket fills up. */
  pause(): void;
  resume(): void;
  /** Resolves at the next connection. */
  connected(): Promise<void>;
  close(): Promise<void>;
}

export async function tcpProxy(target: { host: string; port: number }): Promise<TcpProxy> {
  const pairs = new Set<[Socket, Socket]>();
  let refusing = false, paused = false, connections = 0;
  const server = createServer((client) => {
    if (refusing) { client.destroy(); return; }
    connections++;
    const upstream = connect(target);
    const pair: [Socket, Socket] = [client, upstream];
    pairs.add(pair);
    client.pipe(upstream).pipe(client);
    if (paused) client.unpipe(upstream);
    for (const socket of pair) {
      socket.unref();
      socket.on('error', () => undefined);
      socket.on('close', () => { client.destroy(); upstream.destroy(); pairs.delete(pair); });
    }
    server.emit('piped');
  });
  // A test that fails before it closes its proxy must not keep the whole run from ending.
  server.unref();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    port,
    get connections() { return connections; },
    cut: () => { for (const [client] of pairs) client.resetAndDestroy(); },
    refuse: (on) => { refusing = on; },
    pause: () => { paused = true; for (const [client, upstream] of pairs) { client.unpipe(upstream); client.pause(); } },
    resume: () => { paused = false; for (const [client, upstream] of pairs) client.pipe(upstream); },
    connected: async () => { await once(server, 'piped'); },
    close: async () => {
      for (const [client] of pairs) client.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
