import type { Node, NodeAPI, NodeDef } from 'node-red';
import { checkBroker } from '../../lib/brokers/rabbitmq/check';
import { BrokerConnection } from '../../lib/brokers/rabbitmq/connection';
import { type BrokerOptions, parseHosts } from '../../lib/brokers/rabbitmq/options';
import { type CheckReport, failedStep } from '../../lib/check';
import { ConfigError } from '../../lib/errors';

export interface BrokerDef extends NodeDef {
  /** `host`, `host:port` or several, separated by commas. */
  hosts: string;
  vhost: string;
  useTls: boolean;
  /** Id of a tls-config node. */
  tls: string;
  /** s; 0 switches heartbeats off */
  heartbeat: number | string;
}

/** What Node-RED keeps encrypted. Blank: `guest`. */
export type BrokerCredentials = Partial<Record<'user' | 'password', string>>;

/** A config node: one connection to one broker, shared by all nodes that use it. */
export interface BrokerNode extends Node<BrokerCredentials> {
  /** The connection; throws the ConfigError that says what is set up wrongly. Nothing is opened until somebody uses it. */
  connection(): BrokerConnection;
}

interface TlsNode extends Node { addTLSOptions(options: object): NonNullable<BrokerOptions['tls']> }

/** Replaces `${NAME}` in a value; Node-RED itself does it only for values that are nothing else. */
function resolved(RED: NodeAPI, node: Node, value: string): string {
  return value.includes('${') ? String(RED.util.evaluateNodeProperty(value, 'env', node, {})) : value;
}

/** What the library needs to know. @throws ConfigError `CONFIG_HOST`, `CONFIG_TLS` */
export function brokerOptions(RED: NodeAPI, node: Node, config: BrokerDef, { user, password }: BrokerCredentials): BrokerOptions {
  const text = (value: string | undefined): string => resolved(RED, node, value ?? '').trim();
  const tlsNode = config.useTls && config.tls ? RED.nodes.getNode(config.tls) as TlsNode | null : undefined;
  if (tlsNode === null) throw new ConfigError('CONFIG_TLS', 'The chosen TLS settings no longer exist. Choose others in the broker node.');
  const heartbeat = Number(text(String(config.heartbeat)));
  return {
    hosts: parseHosts(text(config.hosts), config.useTls ? 5671 : 5672),
    vhost: text(config.vhost) || '/',
    username: text(user) || 'guest',
    // A blank at the end of a password is part of it.
    password: resolved(RED, node, password ?? '') || 'guest',
    heartbeat: Number.isFinite(heartbeat) ? heartbeat : undefined,
    name: `Node-RED: ${config.name || config.id}`,
    ...(config.useTls ? { tls: tlsNode?.addTLSOptions({}) ?? {} } : {}),
  };
}

/** Turns a Node-RED node into a {@link BrokerNode}. Logs once when the connection is lost, and once when it is back. */
export function makeBroker(RED: NodeAPI, node: Node<BrokerCredentials>, config: BrokerDef): void {
  let opened: BrokerConnection | undefined;
  const open = (): BrokerConnection => {
    const connection = new BrokerConnection(brokerOptions(RED, node, config, node.credentials));
    let lost = false;
    connection.on('state', (state) => {
      if (state === 'waiting' && !lost) node.warn(connection.lastError?.message ?? state);
      if (state === 'connected' && lost) node.log(RED._('b2b-rabbitmq-broker.log.back'));
      if (state === 'blocked') node.warn(RED._('b2b-rabbitmq-broker.log.blocked'));
      lost = state === 'waiting' || (state === 'connecting' && lost);
    });
    return connection;
  };
  Object.assign(node, { connection: () => opened ??= open() });
}

/** The broker node a node is set to. Throws ConfigError if there is none. */
export function brokerOf(RED: NodeAPI, id: string): BrokerConnection {
  const broker = RED.nodes.getNode(id) as BrokerNode | null;
  if (!broker) throw new ConfigError('CONFIG_NO_BROKER', 'No broker is chosen, or the chosen one is disabled.');
  return broker.connection();
}

/** What the test button asks for: the form as it stands, with the stored credentials that the user did not change. */
export async function checkForm(RED: NodeAPI, form: BrokerDef & { credentials?: BrokerCredentials }): Promise<CheckReport> {
  const stored = RED.nodes.getNode(form.id) as BrokerNode | null;
  const changed = Object.fromEntries(Object.entries(form.credentials ?? {}).filter(([, value]) => value !== '__PWRD__'));
  try {
    return await checkBroker(brokerOptions(RED, stored ?? { id: form.id } as unknown as Node, form, { ...stored?.credentials, ...changed }));
  } catch (reason) {
    return { ok: false, steps: [failedStep('settings', reason)] };
  }
}
