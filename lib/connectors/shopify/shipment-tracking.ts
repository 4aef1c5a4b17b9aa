import type { FulfillmentRecord, ShipmentWrite } from './shipment-documents';

/** FulfillmentTrackingInput. */
export interface TrackingInput { company?: string; numbers?: string[]; urls?: string[] }

/** How a fulfilment of some of a shipment's lines (their ids) is followed; undefined if the shipment says nothing of it. Packages that do not say what is in them count for all. */
export function trackingOf({ carrier, packages }: ShipmentWrite, lineIds: ReadonlySet<string>): TrackingInput | undefined {
  const mine = packages.filter((one) => one.number !== undefined && (one.lineIds === undefined || one.lineIds.some((id) => lineIds.has(id))));
  const byNumber = new Map(mine.map(({ number, url }) => [number ?? '', url]));
  if (carrier === undefined && byNumber.size === 0) return undefined;
  const urls = [...byNumber.values()].filter((url) => url !== undefined);
  // The shop matches addresses to numbers by their place: some of them would be the wrong ones.
  return { ...(carrier === undefined ? {} : { company: carrier }), ...(byNumber.size > 0 ? { numbers: [...byNumber.keys()] } : {}), ...(urls.length === byNumber.size && urls.length > 0 ? { urls } : {}) };
}

/** Does the shop say the same already? It makes addresses of its own for carriers it knows. */
export function tracksAlike({ trackingInfo }: FulfillmentRecord, { company, numbers, urls }: TrackingInput): boolean {
  const [first] = trackingInfo;
  return (company === undefined || first?.company === company)
    && (numbers === undefined || numbers.join('\n') === trackingInfo.map((one) => one.number ?? '').join('\n'))
    && (urls === undefined || urls.join('\n') === trackingInfo.map((one) => one.url ?? '').join('\n'));
}
