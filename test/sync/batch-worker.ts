import { sapS4hana } from '../../lib/connectors/sap-s4hana';
import type { ConnectOptions } from '../../lib/connectors/contract';
import { Breaker } from '../../lib/delivery/breaker';
import { Ledger } from '../../lib/delivery/ledger';
import { Links } from '../../lib/delivery/links';
import { isRetryable } from '../../lib/errors';
import { openLmdbStore } from '../../lib/store/lmdb';
import { write } from '../../lib/sync/operation';
import { policies } from './desk';

/** Writes the documents it is sent through ledger and connector, all at once, until each is done or it is killed. */
process.once('message', (message) => {
  const { dir, options, documents } = message as { dir: string; options: ConnectOptions; documents: { entity: 'order' | 'customer'; document: unknown }[] };
  void (async () => {
    const connection = sapS4hana.connect(options);
    const store = await openLmdbStore(dir);
    const services = { connection, ledger: new Ledger(store, { owner: 'worker' }), links: new Links(store), breaker: new Breaker({ system: connection.system, threshold: Infinity }) };
    const numbers = await Promise.all(documents.map(async ({ entity, document }) => {
      for (;;) {
        try {
          return (await write({ operation: 'create', entity, document, policies }, services)).result.externalId.number;
        } catch (reason) {
          if (!isRetryable(reason)) throw reason;
        }
      }
    }));
    process.send?.(numbers, () => { process.exit(0); });
  })();
});
