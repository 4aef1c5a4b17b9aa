import type { ConnectionOptions } from 'node:tls';
import { ConfigError } from '../../errors';

export interface Host { host: string; port: number }

/** How to reach one broker: a single server or the members of one cluster. */
export interface BrokerOptions {
  /** Tried in turn, beginning again after the last. At least one. */
  hosts: Host[];
  /** Default `/`. */
  vhost?: string | undefined;
  username: string;
  password: string;
  /** Speak TLS (`amqps`); the options of Node's `tls.connect`, e.g. `ca`, `cert`, `key`, `servername`. */
  tls?: ConnectionOptions | undefined;
  /** Seconds between heartbeats; a peer silent for two of them is taken for dead. 0 switches them off. Default 30. */
  heartbeat?: number | undefined;
  /** What the broker's own tools call this connection. */
  name?: string | undefined;
  /** How long one connection attempt may take, ms. Default 10,000. */
  connectTimeoutMs?: number | undefined;
  /** Wait before the first reconnect, ms; doubles up to `maxDelayMs`, with jitter. Default 250 and 30,000. */
  retry?: { initialDelayMs?: number; maxDelayMs?: number } | undefined;
}

/**
 * Reads `rabbit-1, rabbit-2:5673, [::1]:5672`. A host without a port gets `defaultPort`.
 * @throws ConfigError `CONFIG_HOST` for what is not a host.
 */
export function parseHosts(text: string, defaultPort: number): Host[] {
  const hosts = text.split(/[\s,;]+/).filter(Boolean).map((part) => {
    const [, ipv6, name, port] = /^(?:\[([0-9a-fA-F:.]+)\]|([^\s:/[\]@]+))(?::(\d{1,5}))?$/.exec(part) ?? [];
    const host = ipv6 ?? name;
    if (host === undefined || Number(port ?? defaultPort) > 65535) {
      throw new ConfigError('CONFIG_HOST', `"${part}" is not a host. Write it as name or name:port, without amqp:// and without a password.`, { values: { host: part } });
    }
    return { host, port: port === undefined ? defaultPort : Number(port) };
  });
  if (hosts.length === 0) throw new ConfigError('CONFIG_HOST', 'The broker has no host. Enter at least one.');
  return hosts;
}
