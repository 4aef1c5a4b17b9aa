import { assertDocument, isDocumentKind, type DocumentKind } from '../documents/validate';
import type { Mapping } from './index';

/**
 * The same mapping, but what it reads and what it makes must be good documents where `source` and `target` name canonical
 * ones: schema and money rules. Throws DataError `DATA_INVALID_<KIND>` with every issue.
 */
export function checkedMapping(mapping: Mapping): Mapping {
  const source = canonicalKind(mapping.source), target = canonicalKind(mapping.target);
  if (!source && !target) return mapping;
  const before = (document: unknown, record?: string): void => { if (source) assertDocument(source, document, record); };
  const after = (made: Record<string, unknown>, record?: string): Record<string, unknown> => {
    if (target) assertDocument(target, made, record && `what the mapping makes of ${record}`);
    return made;
  };
  return {
    source: mapping.source, target: mapping.target, isAsync: mapping.isAsync,
    map(document, context, record) {
      before(document, record);
      return after(mapping.map(document, context, record), record);
    },
    async mapAsync(document, context, record) {
      before(document, record);
      return after(await mapping.mapAsync(document, context, record), record);
    },
  };
}

function canonicalKind(name: string): DocumentKind | undefined {
  const kind = /^urn:b2b-sync:([a-z-]+):v1$/.exec(name)?.[1];
  return kind !== undefined && isDocumentKind(kind) ? kind : undefined;
}
