import type { Canonical } from '../connectors/contract';
import type { DocumentRef } from '../documents/types';
import { linkedTo } from './create-once';
import type { Services } from './operation';

interface Referring { orderRef?: DocumentRef; orderRefs?: DocumentRef[]; lines?: { orderRef?: DocumentRef }[] }

/**
 * A document that refers to orders (shipment, invoice, payment, return), with the ids that linked orders have in the system it
 * is written to: in `orderRef`, in `orderRefs` and on its lines. It calls no system: an order that is not linked keeps its
 * number, and the connector may look for that. `write` and `preview` apply it to every canonical document before
 * `fromCanonical`, so a connector finds its own order under `externalIds` and needs do no more. Throws ConflictError for an
 * order that is linked to several.
 */
export async function withOrderIds(document: Canonical, services: Services): Promise<Canonical> {
  const { orderRef, orderRefs, lines } = document as Referring;
  if (!orderRef && !orderRefs && !lines?.some((line) => line.orderRef)) return document;
  const known = new Map<string, Promise<DocumentRef>>();
  const resolved = (ref: DocumentRef): Promise<DocumentRef> => {
    const key = JSON.stringify(ref);
    const found = known.get(key) ?? resolve(ref, services);
    known.set(key, found);
    return found;
  };
  return {
    ...document, ...(orderRef && { orderRef: await resolved(orderRef) }), ...(orderRefs && { orderRefs: await Promise.all(orderRefs.map(resolved)) }),
    ...(lines && { lines: await Promise.all(lines.map(async (line) => line.orderRef ? { ...line, orderRef: await resolved(line.orderRef) } : line)) }),
  };
}

async function resolve(ref: DocumentRef, services: Services): Promise<DocumentRef> {
  const ids = ref.externalIds ?? [];
  if (ids.some(({ system }) => system === services.connection.system)) return ref;
  for (const id of ids) {
    const linked = await linkedTo(id, services);
    if (linked) return { ...ref, externalIds: [...ids, linked] };
  }
  return ref;
}
