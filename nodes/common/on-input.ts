import type { Node, NodeMessageInFlow } from 'node-red';
import { toError } from '../../lib/errors';

/** Sends one message, or one per output (null for none), or several on one output. */
export type Send = (msg: NodeMessageInFlow | (NodeMessageInFlow | NodeMessageInFlow[] | null)[]) => void;

/**
 * Registers an async input handler so that a rejection always reaches done(err) and with it the Catch nodes.
 * Without it a rejected handler becomes an unhandled rejection and Node-RED exits.
 */
export function onInput(node: Node, handler: (msg: NodeMessageInFlow, send: Send) => Promise<void>): void {
  // Exactly three parameters: the runtime waits for done() only when the listener declares it.
  node.on('input', (msg, send, done) => {
    handler(msg, send as Send).then(() => { done(); }, (reason: unknown) => { done(toError(reason)); });
  });
}

/** Registers a close handler that is awaited; `removed` tells a deleted node from a restart. */
export function onClose(node: Node, handler: (removed: boolean) => Promise<void> | void): void {
  node.on('close', (removed: boolean, done: () => void) => {
    Promise.resolve(handler(removed)).then(done, (reason: unknown) => {
      node.error(toError(reason));
      done();
    });
  });
}

/** Runs what a constructor starts but cannot await; a failure, also one thrown at once, becomes the node's error and status. */
export function start(node: Node, work: () => Promise<void>): void {
  const run = async (): Promise<void> => { await work(); };
  run().catch((reason: unknown) => {
    const error = toError(reason);
    node.error(error);
    node.status({ fill: 'red', shape: 'ring', text: error.message });
  });
}
