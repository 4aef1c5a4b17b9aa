import { defined, filled } from '../../documents/defined';
import { grouped } from '../../documents/grouped';
import type { DocumentRef, Shipment } from '../../documents/types';
import { DataError, type Issue } from '../../errors';
import type { Canonical, Native } from '../contract';
import { canonicalId, externalId, gidParts } from './gid';
import { orderNameOf, type OrderName } from './order-lookup';
import { utc, type NodePage } from './records';

/** What is to leave of a line of an order. */
export interface LineWrite {
  /** Of the shipment's line. */
  id: string;
  /** The order's line as the document names it: gid or number. */
  line: string;
  /** Where the line stands in the order (1 …), for documents that do not know its id. */
  position?: number;
  sku: string;
  quantity: number;
}

/** What of a shipment concerns one order. */
export interface OrderPart {
  /** Undefined where the document names none. */
  order: OrderName | undefined;
  lines: LineWrite[];
}

/** A shipment as it is to be in the shop. */
export interface ShipmentWrite extends Native {
  /** By it the shipment is known again. */
  shipmentNumber: string;
  /** Have the goods left? What was fulfilled of others is taken back. */
  left: boolean;
  parts: OrderPart[];
  /** Code of the location the goods leave from. */
  location?: string;
  carrier?: string;
  /** Each with the shipment's lines that are in it, if that is known. */
  packages: { number?: string; url?: string; lineIds?: string[] }[];
  notify: boolean;
}

/** A fulfilment as it was read, with the code its location has in documents. */
export interface FulfillmentRecord extends Native {
  id: string;
  name: string;
  status: string;
  displayStatus: string | null;
  createdAt: string; updatedAt: string; deliveredAt: string | null; estimatedDeliveryAt: string | null;
  order: { id: string; name: string };
  location: { id: string; name: string } | null;
  code: string | undefined;
  trackingInfo: { company: string | null; number: string | null; url: string | null }[];
  fulfillmentLineItems: NodePage<{ id: string; quantity: number | null; lineItem: { id: string; sku: string | null; title: string } }>;
}

const notLeft: ReadonlySet<Shipment['status']> = new Set(['planned', 'picked', 'packed', 'cancelled']);

/** What a canonical shipment asks for. Throws DataError for quantities that are not whole, and for a line of several orders that does not say of which. */
export function shipmentWriteOf(document: Canonical, system: string): ShipmentWrite {
  const { shipmentNumber, status, orderRefs, lines, shipFrom, carrier, packages = [], notifyCustomer } = document as unknown as Shipment;
  const record = `shipment ${shipmentNumber}`;
  const issues: Issue[] = [];
  const [only, other] = orderRefs;
  const refs = lines.map(({ orderRef }, at): DocumentRef => {
    if (!orderRef && other) issues.push({ path: `lines[${String(at)}].orderRef`, rule: 'required', message: 'is missing: the shipment is of several orders' });
    return orderRef ?? only ?? {};
  });
  const writes = lines.map(({ id, orderLineId, orderLinePosition, item, deliveredQuantity: { value }, externalIds }, at) => {
    const quantity = Number(value);
    if (!Number.isInteger(quantity) || quantity < 0) issues.push({ path: `lines[${String(at)}].deliveredQuantity.value`, rule: 'integer', message: `is ${value} of ${item.sku}: the shop counts whole pieces` });
    const ours = externalIds?.find((one) => one.system === system && one.type === 'LineItem')?.id;
    return { ref: refs[at] ?? {}, write: defined<LineWrite>({ id, line: ours ?? orderLineId, position: ours === undefined ? orderLinePosition : undefined, sku: item.sku, quantity }) };
  });
  if (issues.length > 0) throw new DataError('DATA_SHIPMENT', `${record} cannot be written to ${system}: ${issues.map(({ path, message }) => `${path} ${message}`).join('; ')}.`, { system, record, issues });
  return defined<ShipmentWrite>({
    shipmentNumber, left: !notLeft.has(status), location: shipFrom?.code, carrier: carrier?.name ?? carrier?.code, notify: notifyCustomer ?? false,
    packages: packages.map(({ trackingNumber, trackingUrl, lineIds }) => defined<ShipmentWrite['packages'][number]>({ number: trackingNumber, url: trackingUrl, lineIds })),
    parts: [...grouped(writes, ({ ref }) => JSON.stringify(orderNameOf(ref, system)))].map(([, of]): OrderPart => ({
      order: orderNameOf(of[0]?.ref, system), lines: of.map(({ write }) => write).filter(({ quantity }) => quantity > 0),
    })),
  });
}

type Package = NonNullable<Shipment['packages']>[number];

const statuses: Partial<Record<string, Shipment['status']>> = { DELIVERED: 'delivered', IN_TRANSIT: 'inTransit', OUT_FOR_DELIVERY: 'outForDelivery', ATTEMPTED_DELIVERY: 'inTransit', NOT_DELIVERED: 'failed' };

function statusOf({ status, displayStatus }: FulfillmentRecord): Shipment['status'] {
  switch (status) {
    case 'CANCELLED': return 'cancelled';
    case 'ERROR': case 'FAILURE': return 'failed';
    case 'OPEN': case 'PENDING': return 'planned';
    default: return statuses[displayStatus ?? ''] ?? 'shipped';
  }
}

/** A fulfilment of the shop as canonical document. */
export function canonicalShipment(native: Native, system: string, issues: Issue[]): Shipment {
  const record = native as FulfillmentRecord;
  const { id, name, order, location, code, trackingInfo, createdAt, updatedAt } = record;
  const tail = (gid: string): string => gidParts(gid)?.tail ?? gid;
  const status = statusOf(record);
  const [company] = trackingInfo.flatMap((one) => one.company ?? []);
  return defined<Shipment>({
    schemaVersion: '1.0', id: canonicalId(system, id), externalIds: [externalId(system, id, name)], version: { sourceUpdatedAt: utc(updatedAt) ?? updatedAt }, systemOfRecord: system,
    createdAt: utc(createdAt), updatedAt: utc(updatedAt), shipmentNumber: name, orderRefs: [{ number: order.name, externalIds: [externalId(system, order.id, order.name)] }],
    status, despatchedAt: status === 'planned' ? undefined : utc(createdAt), deliveredAt: utc(record.deliveredAt), estimatedDeliveryDate: utc(record.estimatedDeliveryAt)?.slice(0, 10),
    shipFrom: location ? { code: code ?? location.name, name: location.name, externalIds: [externalId(system, location.id)] } : undefined,
    carrier: company === undefined ? undefined : { name: company.slice(0, 120) },
    packages: filled(trackingInfo.filter((one) => one.number !== null).map((one) => defined<Package>({ trackingNumber: one.number ?? undefined, trackingUrl: one.url ?? undefined }))),
    lines: record.fulfillmentLineItems.nodes.map(({ id: own, quantity, lineItem }, at): Shipment['lines'][number] => {
      if (!lineItem.sku) issues.push({ path: `lines[${String(at)}].item.sku`, rule: 'required', message: `line ${tail(lineItem.id)} has no SKU` });
      return {
        id: tail(own), orderLineId: tail(lineItem.id), item: { sku: lineItem.sku ?? '', name: lineItem.title.slice(0, 500) }, externalIds: [externalId(system, own)],
        deliveredQuantity: { value: String(quantity ?? 0), unitCode: 'C62' },
      };
    }),
  });
}
