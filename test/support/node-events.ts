import { type EventEmitter, once } from 'node:events';
import helper from 'node-red-node-test-helper';

/** What a node hands to done() as its error, once. */
export async function failure(id: string): Promise<Error & { code: string }> {
  const [call] = await once(helper.getNode(id) as unknown as EventEmitter, 'call:error') as [{ firstArg: Error & { code: string } }];
  return call.firstArg;
}

/** Resolves when a status matches. */
export async function showsStatus(id: string, wanted: RegExp): Promise<void> {
  const node = helper.getNode(id) as unknown as EventEmitter;
  for (;;) {
    const [call] = await once(node, 'call:status') as [{ firstArg: { text?: string } }];
    if (wanted.test(call.firstArg.text ?? '')) return;
  }
}
