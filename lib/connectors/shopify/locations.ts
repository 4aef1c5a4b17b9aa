import { DataError } from '../../errors';
import type { Native } from '../contract';
import { Recent } from '../recent';
import { gidParts } from './gid';
import type { Graphql } from './graphql';
import { locationsQuery } from './queries';
import type { NodePage } from './records';

interface Location { id: string; name: string }

/** For so long a list of locations is taken as the shop's, ms. */
const keptMs = 300_000;

/** The shop's locations, by the codes that documents use. */
export class Locations {
  readonly #kept = new Recent<Location[]>(1, keptMs);

  /** `map`: code in documents -> name, number or gid in the shop. */
  constructor(private readonly graphql: Graphql, private readonly system: string, private readonly map: ReadonlyMap<string, string>) {}

  /** The gid of a location by its code: by the map, else one of that name or number. Throws DataError for one the shop does not have. */
  async idOf(code: string): Promise<string> {
    const wanted = this.map.get(code) ?? code;
    const all = await this.all();
    const found = all.find(({ id, name }) => id === wanted || gidParts(id)?.tail === wanted || name.toLowerCase() === wanted.toLowerCase());
    if (found) return found.id;
    throw new DataError('DATA_UNKNOWN_LOCATION',
      `${this.system} has no location "${wanted}"${wanted === code ? '' : ` (for ${code})`}; it has ${all.map(({ name }) => name).join(', ')}. Map ${code} in the system's settings.`, { system: this.system, record: `location ${code}` });
  }

  /** The code of a location by its gid and name: as the map has it, else its name. */
  codeOf({ id, name }: Location): string {
    const tail = gidParts(id)?.tail;
    for (const [code, wanted] of this.map) if (wanted === id || wanted === tail || wanted.toLowerCase() === name.toLowerCase()) return code;
    return name;
  }

  async all(): Promise<Location[]> {
    const kept = this.#kept.get('');
    if (kept) return kept;
    const found: Native[] = [];
    let after: string | null = null;
    do {
      const { locations: page }: { locations: NodePage } = await this.graphql.run(locationsQuery, { first: 100, after });
      found.push(...page.nodes);
      after = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null;
    } while (after !== null);
    this.#kept.set('', found as unknown as Location[]);
    return found as unknown as Location[];
  }
}
