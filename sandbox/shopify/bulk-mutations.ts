import type { BulkDesk, BulkOperation } from './bulk-desk';
import { gid, parseGid } from './ids';
import { limited, type MutationContext } from './mutations';
import { utcTime } from './times';

/** What bulk operations need of the shop: `perform` runs a mutation past the cost bucket, `unfit` says what is wrong with one. */
export interface BulkContext {
  bulk: BulkDesk;
  perform: (mutation: string, variables: Record<string, unknown>) => Promise<object>;
  unfit: (mutation: string) => string | undefined;
}

interface StagedInput { filename: string; resource: string; httpMethod: string }

/** Queries of bulk operations. */
export const bulkQueries = {
  bulkOperation: ({ id }: { id: string }, context: BulkContext): object | null => bulkNode(context, id),
};

/** The mutations that take files and run others over them. */
export const bulkMutations = {
  stagedUploadsCreate: ({ input }: { input: StagedInput[] }, { bulk }: BulkContext): object => {
    limited(input, 'input', 250);
    const wrong = input.findIndex(({ resource, httpMethod }) => resource !== 'BULK_MUTATION_VARIABLES' || httpMethod !== 'POST');
    if (wrong >= 0) return { stagedTargets: null, userErrors: [{ field: ['input', String(wrong)], message: 'The sandbox takes BULK_MUTATION_VARIABLES by POST only' }] };
    return {
      stagedTargets: input.map(({ filename }) => {
        const { key, url } = bulk.stage(filename);
        return { url, resourceUrl: null, parameters: [{ name: 'key', value: key }, { name: 'acl', value: 'private' }] };
      }),
      userErrors: [],
    };
  },

  bulkOperationRunMutation: ({ mutation, stagedUploadPath }: { mutation: string; stagedUploadPath: string }, context: BulkContext & MutationContext): object => {
    const refuse = (code: string, message: string): object => ({ bulkOperation: null, userErrors: [{ field: null, code, message }] });
    const { bulk } = context;
    if (bulk.isFull) return refuse('OPERATION_IN_PROGRESS', 'A bulk mutation operation for this app and shop is already in progress.');
    const variables = bulk.uploaded(stagedUploadPath);
    if (variables === undefined) return refuse('NO_SUCH_FILE', "The JSONL file could not be found. Try uploading the file again, and check that you've entered the URL correctly for the stagedUploadPath mutation argument.");
    const unfit = context.unfit(mutation);
    if (unfit !== undefined) return refuse('INVALID_MUTATION', unfit);
    const operation = bulk.run(mutation, variables, (line) => context.perform(mutation, line));
    return { bulkOperation: nodeOf(operation, bulk.resultUrl(operation)), userErrors: [] };
  },
};

/** A bulk operation by its gid. */
export function bulkNode({ bulk }: Pick<BulkContext, 'bulk'>, globalId: string): object | null {
  const { type, id } = parseGid(globalId);
  const found = type === 'BulkOperation' ? bulk.operation(id) : undefined;
  return found ? nodeOf(found, bulk.resultUrl(found)) : null;
}

function nodeOf({ id, status, errorCode, mutation, createdAt, completedAt, lines }: BulkOperation, url: string): object {
  const count = String(lines.length);
  return {
    __typename: 'BulkOperation', id: gid('BulkOperation', id), status, errorCode, createdAt: utcTime(createdAt), completedAt: completedAt === null ? null : utcTime(completedAt),
    objectCount: count, rootObjectCount: count, fileSize: completedAt === null ? null : String(lines.join('\n').length), type: 'MUTATION', query: mutation,
    url: status === 'COMPLETED' ? url : null, partialDataUrl: status === 'FAILED' ? url : null,
  };
}
