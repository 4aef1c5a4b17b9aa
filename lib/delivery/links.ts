import type { ExternalId } from '../documents/types';
import { ConflictError } from '../errors';
import { prefixEnd, type Store, type Write } from '../store/contract';

/** One direction of a link. */
interface Link {
  id: ExternalId;
  /** When it was made, ms since 1970; absent in links from before that was noted. */
  at?: number;
  /** Made by hand: automatic jobs must not change it. */
  locked?: boolean;
}

/** The writes that link two records both ways, to be committed with what made them the same; they ask for no lock. */
export function linkWrites(a: ExternalId, b: ExternalId, at = Date.now(), locked = false): Write[] {
  const link = (id: ExternalId): Link => ({ id, at, ...(locked && { locked }) });
  return [{ put: keyOf(a, b), value: link(b) }, { put: keyOf(b, a), value: link(a) }];
}

/** The writes that take a link away. */
export function unlinkWrites(a: ExternalId, b: ExternalId): Write[] {
  return [{ delete: keyOf(a, b) }, { delete: keyOf(b, a) }];
}

/**
 * Which record of one system is which of another: shop id <-> ERP number. A link made by hand is locked: whoever links by
 * himself neither changes nor contradicts it.
 */
export class Links {
  constructor(private readonly store: Store) {}

  /** Links two records, unless one of them is linked by hand to another. */
  async link(a: ExternalId, b: ExternalId): Promise<void> { await this.store.commit(await this.writes(a, b)); }

  /** The writes of {@link link}, to be committed with what made the two the same; none where a link made by hand is or says otherwise. */
  async writes(a: ExternalId, b: ExternalId): Promise<Write[]> {
    const [of, to] = await Promise.all([this.lockedTo(a, b), this.lockedTo(b, a)]);
    return of || to ? [] : linkWrites(a, b);
  }

  /**
   * Links two records by hand, in place of links of theirs to others of the same kind that came about by themselves. False if
   * they were linked by hand already. Throws ConflictError CONFLICT_LOCKED_LINK if one of them is so linked to another.
   */
  async lock(a: ExternalId, b: ExternalId): Promise<boolean> {
    const [of, to] = await Promise.all([this.lockedTo(a, b), this.lockedTo(b, a)]);
    if (of && isSame(of, b)) return false;
    const [one, other] = of ? [a, of] : [b, to];
    if (other) {
      throw new ConflictError('CONFLICT_LOCKED_LINK', `${nameOf(one)} of ${one.system} is linked by hand to ${nameOf(other)} of ${other.system}. Unlink these two first.`,
        { system: one.system, record: nameOf(one) });
    }
    const stale = async (from: ExternalId, kind: ExternalId): Promise<Write[]> =>
      (await this.#links(from)).filter(({ id }) => isKind(id, kind)).flatMap(({ id }) => unlinkWrites(from, id));
    await this.store.commit([...await stale(a, b), ...await stale(b, a), ...linkWrites(a, b, Date.now(), true)]);
    return true;
  }

  /** Takes a link away, also one made by hand. False if there was none. */
  async unlink(a: ExternalId, b: ExternalId): Promise<boolean> {
    const linked = (await this.#links(a)).some(({ id }) => isSame(id, b));
    await this.store.commit(unlinkWrites(a, b));
    return linked;
  }

  /** Every record linked to this one, with number and URL as they were when linked; a link made by hand hides others to that kind of record. */
  async linkedIds(of: ExternalId): Promise<ExternalId[]> {
    const links = await this.#links(of);
    const locked = links.filter((link) => link.locked);
    return links.filter((link) => link.locked || !locked.some(({ id }) => isKind(id, link.id))).map(({ id }) => id);
  }

  /** What a record is linked to by hand, among the records of the kind of `kind`: its system and type. */
  async lockedTo(of: ExternalId, kind: ExternalId): Promise<ExternalId | undefined> {
    return (await this.#links(of)).find(({ id, locked }) => locked && isKind(id, kind))?.id;
  }

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

function isKind(a: ExternalId, b: ExternalId): boolean { return a.system === b.system && a.type === b.type; }
function isSame(a: ExternalId, b: ExternalId): boolean { return isKind(a, b) && a.id === b.id; }
function nameOf({ type, number, id }: ExternalId): string { return `${type} ${number ?? id}`; }
