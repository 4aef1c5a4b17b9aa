import { errorClass, toError } from '../../errors';
import type { CheckReport } from '../contract';
import { equals } from './odata/literals';
import type { SapOptions } from './options';
import type { Service, Session } from './session';

/** Whoever only syncs orders needs no more. */
const always = (): boolean => true;

/**
 * `optional`: with these settings nobody may need it, so that a closed one is told but is no failure; `reads`:
 * nothing is written there, so no token is needed.
 */
const services: readonly { service: Service; for: string; reads?: true; optional?: (options: SapOptions) => boolean }[] = [
  { service: 'API_SALES_ORDER_SRV', for: 'orders' }, { service: 'API_BUSINESS_PARTNER', for: 'customers' }, { service: 'API_PRODUCT_SRV', for: 'item numbers' },
  { service: 'API_SLSPRICINGCONDITIONRECORD_SRV', for: 'prices', optional: ({ priceLists }) => priceLists.length === 0 },
  { service: 'API_MATERIAL_STOCK_SRV', for: 'stock', reads: true, optional: always },
  { service: 'API_OUTBOUND_DELIVERY_SRV', for: 'shipments, and stock less open orders', reads: true, optional: always },
  { service: 'API_BILLING_DOCUMENT_SRV', for: 'invoices', reads: true, optional: always }, { service: 'API_GLACCOUNTLINEITEM', for: 'incoming payments', reads: true, optional: always },
];

/** Tries a system out step by step: address, TLS and credentials; permission for each service; the sales area. Never throws. */
export async function checkSap(session: Session): Promise<CheckReport> {
  const steps: CheckReport['steps'] = [];
  for (const { service, for: need, reads, optional } of services) {
    try {
      const { headers } = await session.open(service);
      if (steps.length === 0) steps.push(connected(session));
      const token = reads ?? headers['x-csrf-token'] !== undefined;
      steps.push({ name: service, ok: token, ...(!token && { detail: 'The service answers, but without a CSRF token, so nothing can be written. Does a gateway in between drop the header x-csrf-token?' }) });
    } catch (reason) {
      // The first answer settles whether the system can be reached at all; a service may be closed for itself.
      const { message, code } = toError(reason) as Error & { code?: string };
      const closed = code === 'AUTH_FORBIDDEN' || errorClass(reason) === 'DATA';
      if (!closed) return { ok: false, steps: [...steps, { name: steps.length === 0 ? 'connect' : service, ok: false, detail: message }] };
      if (steps.length === 0) steps.push(connected(session));
      steps.push({ name: service, ok: optional?.(session.options) === true, detail: `${message}. The service is needed for ${need}: activate it, and give the user its permission (in the cloud: the communication arrangement).` });
    }
  }
  if (steps.find(({ name }) => name === 'API_BUSINESS_PARTNER')?.ok) steps.push(await salesArea(session));
  return { ok: steps.every(({ ok }) => ok), steps };
}

function connected({ options }: Session): CheckReport['steps'][number] {
  return { name: 'connect', ok: true, detail: `${options.system}${options.client && `, client ${options.client}`}` };
}

/** New orders need a sales area that at least one customer is maintained for. */
async function salesArea(session: Session): Promise<CheckReport['steps'][number]> {
  const { salesOrganization, distributionChannel, division } = session.options;
  const area = `${salesOrganization}/${distributionChannel}/${division}`;
  const filter = [equals('SalesOrganization', salesOrganization), equals('DistributionChannel', distributionChannel), equals('Division', division)].join(' and ');
  try {
    const { rows } = await session.query('API_BUSINESS_PARTNER', 'A_CustomerSalesArea', { filter, top: 1 });
    if (rows.length > 0) return { name: 'sales area', ok: true, detail: area };
    return { name: 'sales area', ok: false, detail: `No customer is maintained for sales area ${area}, so no order can be created in it. Check sales organisation, distribution channel and division.` };
  } catch (reason) {
    return { name: 'sales area', ok: false, detail: toError(reason).message };
  }
}
