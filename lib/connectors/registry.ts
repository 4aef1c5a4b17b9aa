import type { Connector, Vendor } from './contract';
import { ConfigError } from '../errors';

const connectors = new Map<Vendor, Connector>();

/** Adds a vendor. Called once per connector by lib/connectors/index.ts. */
export function register(connector: Connector): void { connectors.set(connector.vendor, connector); }

/** Throws ConfigError for a vendor nobody registered. */
export function connectorFor(vendor: string): Connector {
  const connector = connectors.get(vendor as Vendor);
  if (!connector) throw new ConfigError('CONFIG_UNKNOWN_VENDOR', `There is no connector for "${vendor}".`);
  return connector;
}

export function allConnectors(kind?: Connector['kind']): Connector[] {
  return [...connectors.values()].filter((c) => !kind || c.kind === kind);
}
