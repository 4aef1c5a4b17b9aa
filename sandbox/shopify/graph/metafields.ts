import { createHash } from 'node:crypto';
import { partsConnection, type PageArgs } from '../connection';
import { gid } from '../ids';
import type { Metafield } from '../model';
import { utcTime } from '../times';
import type { NodeContext } from './context';

/** The fields `metafield` and `metafields` of an owner. */
export function metafieldsOf(context: NodeContext, owner: string, ownerType: string): object {
  const all = (): readonly Metafield[] => context.state.metafields.of(owner);
  return {
    metafield: ({ namespace, key }: { namespace?: string; key: string }) => {
      const found = all().find((one) => one.key === key && (namespace === undefined || one.namespace === namespace));
      return found ? metafieldNode(found, ownerType) : null;
    },
    metafields: (args: PageArgs & { namespace?: string; keys?: string[] }) => {
      const wanted = all().filter((one) => (args.namespace === undefined || one.namespace === args.namespace)
        && (!args.keys || args.keys.includes(one.key) || args.keys.includes(`${one.namespace}.${one.key}`)));
      return partsConnection(args, wanted, `metafields of ${owner}`, (one) => metafieldNode(one, ownerType));
    },
  };
}

export function metafieldNode(metafield: Metafield, ownerType: string): object {
  return {
    __typename: 'Metafield', id: gid('Metafield', metafield.id), legacyResourceId: metafield.id, namespace: metafield.namespace,
    key: metafield.key, type: metafield.type, value: metafield.value,
    jsonValue: () => metafield.type === 'json' ? JSON.parse(metafield.value) as unknown : metafield.value,
    createdAt: utcTime(metafield.createdAt), updatedAt: utcTime(metafield.updatedAt), compareDigest: digestOf(metafield), ownerType,
  };
}

/** Changes with the value; what `compareDigest` of metafieldsSet is held against. */
export function digestOf(metafield: Metafield): string { return createHash('sha256').update(metafield.value).digest('hex'); }
