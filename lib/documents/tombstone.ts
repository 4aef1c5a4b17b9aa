import type { ExternalId, Tombstone } from './types';

/** Stands for a record that is no more since a time (ISO 8601 UTC). `externalIds` name it, and what it is in other systems. */
export function tombstone(id: string, externalIds: ExternalId[], time: string): Tombstone & Record<string, unknown> {
  return { schemaVersion: '1.0', id, externalIds, version: { sourceUpdatedAt: time }, deleted: true, deletedAt: time };
}
