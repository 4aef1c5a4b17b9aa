import type { Metafield } from './model';

/** A metafield to set on an owner, a gid. */
export interface MetafieldWrite { owner: string; namespace: string; key: string; type: string; value: string }

/** The metafields of each owner, in the order they were first set. */
export class Metafields {
  readonly #of = new Map<string, Metafield[]>();

  /** Of an owner by its gid. */
  of(owner: string): readonly Metafield[] { return this.#of.get(owner) ?? []; }

  /** Sets one anew or over the one of the same name; returns it as it is now. */
  set({ owner, ...field }: MetafieldWrite, newId: () => string, now: number): Metafield {
    const old = this.of(owner).find((one) => one.namespace === field.namespace && one.key === field.key);
    const metafield: Metafield = { ...field, id: old?.id ?? newId(), createdAt: old?.createdAt ?? now, updatedAt: now };
    this.put(owner, metafield);
    return metafield;
  }

  put(owner: string, metafield: Metafield): void {
    const others = this.of(owner).filter((one) => one.id !== metafield.id);
    this.#of.set(owner, [...others, metafield].sort((a, b) => a.createdAt - b.createdAt));
  }
}
