import { randomBytes } from 'node:crypto';

/** Text of a length that no compression makes shorter by more than half. */
export function noise(length: number): string { return randomBytes(length / 2).toString('hex'); }
