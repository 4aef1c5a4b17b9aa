import type { ListOptions, Page } from '../contract';
import type { Graphql } from './graphql';
import { quoted, type NodePage } from './records';

/** Pages of a root connection sorted by UPDATED_AT, oldest change first. */
export async function* listPages(
  graphql: Graphql, document: string, root: string, pageSize: number, { updatedSince, cursor, pageSize: wanted, signal }: ListOptions = {},
): AsyncIterable<Page> {
  const query = updatedSince ? `updated_at:>=${quoted(updatedSince)}` : null;
  let after = cursor ?? null;
  do {
    const answer: Record<string, NodePage> = await graphql.run(document, { first: Math.min(wanted ?? pageSize, 250), after, query }, signal ? { signal } : {});
    const { nodes = [], pageInfo } = answer[root] ?? {};
    after = pageInfo?.hasNextPage ? pageInfo.endCursor : null;
    yield { records: nodes, ...(after === null ? {} : { cursor: after }) };
  } while (after !== null);
}

/** What the shop counts. */
export interface Count { count: number; precision: string }

/** Undefined if the shop counted no further. */
export function exact(found: Count | null | undefined): number | undefined { return found?.precision === 'EXACT' ? found.count : undefined; }

/** How many records a root field counts; `always`: a filter besides the time. Undefined if the shop does not say exactly. */
export async function countOf(graphql: Graphql, document: string, root: string, { updatedSince }: ListOptions = {}, always = ''): Promise<number | undefined> {
  const query = [always, ...(updatedSince ? [`updated_at:>=${quoted(updatedSince)}`] : [])].filter(Boolean).join(' ');
  const answer: Record<string, Count | null> = await graphql.run(document, { query: query || null });
  return exact(answer[root]);
}
