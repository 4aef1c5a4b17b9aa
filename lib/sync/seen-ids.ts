/**
 * Which ids were seen, in about 20 bytes each however long they are. Salted: two ids may be taken for one once in a
 * thousand million, but not in the next run again.
 */
export class SeenIds {
  readonly #hashes = new Set<number>();
  readonly #salt = Math.floor(Math.random() * 0x7fffffff);

  get size(): number { return this.#hashes.size; }
  add(id: string): void { this.#hashes.add(this.#hash(id)); }
  has(id: string): boolean { return this.#hashes.has(this.#hash(id)); }

  /** FNV-1a, 31 bits: small integers need no object of their own. */
  #hash(id: string): number {
    let hash = 0x811c9dc5 ^ this.#salt;
    for (let at = 0; at < id.length; at++) hash = Math.imul(hash ^ id.charCodeAt(at), 0x01000193);
    return (hash ^ hash >>> 15) & 0x3fffffff;
  }
}
