import type { Node, NodeAPI, NodeDef, NodeMessageInFlow } from 'node-red';
import { recordName } from '../../lib/delivery/business-numbers';
import { ConfigError, DataError } from '../../lib/errors';
import { checkMapping, compileMapping, type Mapping } from '../../lib/mapping';
import { checkedMapping } from '../../lib/mapping/checked';
import { presetMapping } from '../../lib/sync/presets';
import { adminRoute } from '../common/admin';
import { onClose, onInput, start } from '../common/on-input';
import { services } from '../common/services';
import { countsText, StatusLine } from '../common/status';

interface MapperDef extends NodeDef {
  /** A mapping that comes with the palette, or `custom`. */
  preset: string;
  /** JSON texts. */
  mapping: string;
  tables: string;
  codes: string;
  property: string;
  target: string;
  wires?: string[][];
}

interface Check { mapping: unknown; tables?: object; codes?: object }

export default function register(RED: NodeAPI): void {
  function MapperNode(this: Node, config: MapperDef): void {
    RED.nodes.createNode(this, config);
    const status = new StatusLine(this);
    const counts = { mapped: 0, refused: 0 };
    let mapping: Mapping | undefined;
    start(this, () => { mapping = compile(config, this.name ?? this.id); return Promise.resolve(); });

    onInput(this, async (msg, send) => {
      if (!mapping) throw new ConfigError('CONFIG_MAPPING', 'The mapping of this node has mistakes. Open the node: they are listed there.');
      try {
        const document = RED.util.getMessageProperty(msg, config.property) as unknown;
        const record = recordName(msg);
        const mapped = mapping.isAsync ? await mapping.mapAsync(document, {}, record) : mapping.map(document, {}, record);
        RED.util.setMessageProperty(msg, config.target, mapped, true);
        counts.mapped++;
        send(msg);
      } catch (reason) {
        if (!(reason instanceof DataError)) throw reason;
        counts.refused++;
        // Nobody listens to the second output: then it is a failure like any other, and not one that is forgotten.
        if (config.wires?.[1]?.length === 0) throw reason;
        await refuse(msg, reason, send);
      } finally {
        status.show(() => ({ fill: counts.refused > 0 ? 'yellow' : 'green', shape: 'ring', text: countsText(RED, counts) }));
      }
    });
    onClose(this, () => { status.close(); });
  }
  RED.nodes.registerType('b2b-mapper', MapperNode);

  adminRoute(RED, 'post', 'mappings/check', 'b2b.mappings.read', (body) => {
    const { mapping, tables, codes } = body as Check;
    return Promise.resolve({ issues: checkMapping(mapping, { ...(tables ? { tables } : {}), ...(codes ? { codes } : {}) } as Parameters<typeof checkMapping>[1]) });
  });
  adminRoute(RED, 'get', 'mappings/presets/:name', 'b2b.mappings.read', (_, { name }) => Promise.resolve({ mapping: presetMapping(name ?? '') }));

  async function refuse(msg: NodeMessageInFlow, error: DataError, send: (msg: (NodeMessageInFlow | null)[]) => void): Promise<void> {
    (await services(RED)).completion.refused(msg, error);
    send([null, Object.assign(msg, { error: { message: error.message, code: error.code, cause: error.cause } })]);
  }
}

/** Throws ConfigError with every mistake. */
function compile(config: MapperDef, name: string): Mapping {
  const preset = config.preset !== 'custom';
  const options = { tables: parse(config.tables, 'look-up tables'), codes: parse(config.codes, 'code lists'), name };
  return checkedMapping(compileMapping(preset ? presetMapping(config.preset) : parse(config.mapping, 'mapping'), options as Parameters<typeof compileMapping>[1]));
}

function parse(text: string, what: string): object {
  try {
    return JSON.parse(text || '{}') as object;
  } catch (reason) {
    throw new ConfigError('CONFIG_MAPPING', `The ${what} are not JSON: ${(reason as Error).message}`);
  }
}
