import type { ExternalId } from '../documents/types';
import { prefixEnd, type Store, type Write } from '../store/contract';

/** One direction of a link. */
interface Link {
  id: ExternalId;
  /** When it was made, ms since 1970; absent in links from before that was noted. */
  at?: number;
  /** Made by hand: automatic jobs must not change it. */
  locked?: boolean;
}

/** The writes that link two records both ways, to be committed with what made them the same. */
export function linkWrites(a: ExternalId, b: ExternalId, at = Date.now()): Write[] {
  const link = (id: ExternalId): Link => ({ id, at });
  return [{ put: keyOf(a, b), value: link(b) }, { put: keyOf(b, a), value: link(a) }];
}

/** The writes that take a link away. */
export function unlinkWrites(a: ExternalId, b: ExternalId): Write[] {
  return [{ delete: keyOf(a, b) }, { delete: keyOf(b, a) }];
}

/** Which record of one system is which of another: shop id <-> ERP number. */
export class Links {
  constructor(private readonly store: Store) {}

  async link(a: ExternalId, b: ExternalId): Promise<void> { await this.store.commit(linkWrites(a, b)); }

  async unlink(a: ExternalId, b: ExternalId): Promise<void> { await this.store.commit(unlinkWrites(a, b)); }

  /** Every record linked to this one, with number and URL as they were when linked. */
  async linkedIds(of: ExternalId): Promise<ExternalId[]> { return (await this.#links(of)).map(({ id }) => id); }

  /** When a record was first linked to one of `system` (without it: of any), ms since 1970; undefined if it is not. */
  async linkedAt(of: ExternalId, system?: string): Promise<number | undefined> {
    const times = (await this.#links(of)).filter(({ id }) => system === undefined || id.system === system).map(({ at = 0 }) => at);
    return times.length > 0 ? Math.min(...times) : undefined;
  }

  async #links(of: ExternalId): Promise<Link[]> {
    const prefix = `link/${part(of)}/`;
    const links: Link[] = [];
    for await (const { value } of this.store.range<Link>({ from: prefix, to: prefixEnd(prefix) })) links.push(value);
    return links;
  }
}

function keyOf(from: ExternalId, to: ExternalId): string { return `link/${part(from)}/${part(to)}`; }

/** Ids such as `gid://shopify/Order/1` hold the character that parts the key. */
function part({ system, type, id }: ExternalId): string { return [system, type, id].map(encodeURIComponent).join('|'); }
