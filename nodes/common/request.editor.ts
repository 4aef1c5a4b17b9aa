import type { EditedNode } from './text.editor';

/** A request to the admin API below the editor's own address; jQuery adds the log-in token. Rejects with a readable text. */
export async function ask<T>(node: EditedNode, method: 'GET' | 'POST', path: string, body?: unknown): Promise<T> {
  return new Promise((resolve, reject: (reason: Error) => void) => {
    void $.ajax({
      method, url: path, dataType: 'json', contentType: 'application/json',
      ...(body === undefined ? {} : { data: JSON.stringify(body) }),
    }).done((answer: T) => { resolve(answer); }).fail((failure) => { reject(new Error(reasonOf(node, failure))); });
  });
}

function reasonOf(node: EditedNode, { status, responseJSON }: JQuery.jqXHR): string {
  if (status === 0) return node._('common.request.offline');
  if (status === 401 || status === 403) return node._('common.request.forbidden');
  if (status === 404) return node._('common.request.missing');
  const answer = responseJSON as { message?: unknown } | undefined;
  const message = typeof answer?.message === 'string' ? answer.message : '';
  return node._('common.request.failed', { status, message }).trim();
}
