import { ConfigError } from '../errors';
import orderToSapS4hana from '../connectors/sap-s4hana/mapping/order-to-sap.mapping.json';

/** Mapping documents that come with the palette, by the name a mapper is set to. */
const presets: Readonly<Record<string, unknown>> = { 'order-to-sap-s4hana': orderToSapS4hana };

/** Throws ConfigError for a name nobody knows. */
export function presetMapping(name: string): unknown {
  const mapping = Object.hasOwn(presets, name) ? presets[name] : undefined;
  if (mapping === undefined) throw new ConfigError('CONFIG_UNKNOWN_PRESET', `There is no mapping called "${name}". Choose another one in the mapper.`);
  return mapping;
}
