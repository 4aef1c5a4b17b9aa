/** A `T` whose optional fields may also be undefined. */
export type Sparse<T> = { [K in keyof T]: object extends Pick<T, K> ? T[K] | undefined : T[K] };

/** A copy without what is undefined: a field of a document is there or not. Much faster than spreading an object a field. */
export function defined<T extends object>(value: Sparse<T>): T {
  const copy: Partial<Sparse<T>> = {};
  for (const key in value) if (value[key] !== undefined) copy[key] = value[key];
  return copy as T;
}

/** A list that holds something, or nothing. */
export function filled<T>(list: T[]): T[] | undefined { return list.length > 0 ? list : undefined; }
