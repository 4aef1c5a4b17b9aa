import { type CheckReport, type CheckStep, failedStep } from '../../check';
import { errorClass, toError } from '../../errors';
import { equals } from './odata/literals';
import type { SapOptions } from './options';
import type { Service, Session } from './session';

/** Whoever only syncs orders needs no more. */
const always = (): boolean => true;

/**
 * `optional`: with these settings nobody may need it, so that a closed one is told but is no failure; `reads`:
 * nothing is written there, so no token is needed.
 */
const services: readonly { service: Service; reads?: true; optional?: (options: SapOptions) => boolean }[] = [
  { service: 'API_SALES_ORDER_SRV' }, { service: 'API_BUSINESS_PARTNER' }, { service: 'API_PRODUCT_SRV' },
  { service: 'API_SLSPRICINGCONDITIONRECORD_SRV', optional: ({ priceLists }) => priceLists.length === 0 },
  { service: 'API_MATERIAL_STOCK_SRV', reads: true, optional: always },
  { service: 'API_OUTBOUND_DELIVERY_SRV', reads: true, optional: always },
  { service: 'API_BILLING_DOCUMENT_SRV', reads: true, optional: always }, { service: 'API_GLACCOUNTLINEITEM', reads: true, optional: always },
];

/** Tries a system out step by step: address, TLS and credentials; permission for each service; the sales area. Never throws. */
export async function checkSap(session: Session): Promise<CheckReport> {
  const steps: CheckStep[] = [];
  for (const { service, reads, optional } of services) {
    try {
      const { headers } = await session.open(service);
      if (steps.length === 0) steps.push(connected(session));
      const token = reads ?? headers['x-csrf-token'] !== undefined;
      steps.push({ name: service, ok: token, ...(!token && { code: 'noToken' }) });
    } catch (reason) {
      // The first answer settles whether the system can be reached at all; a service may be closed for itself.
      const closed = (toError(reason) as Error & { code?: string }).code === 'AUTH_FORBIDDEN' || errorClass(reason) === 'DATA';
      if (!closed) return { ok: false, steps: [...steps, failedStep(steps.length === 0 ? 'connect' : service, reason)] };
      if (steps.length === 0) steps.push(connected(session));
      const spared = optional?.(session.options) === true;
      steps.push({ ...failedStep(service, reason, spared ? 'closedOptional' : 'closed'), ...(spared && { ok: true, warn: true }) });
    }
  }
  if (steps.find(({ name }) => name === 'API_BUSINESS_PARTNER')?.ok) steps.push(await salesArea(session));
  return { ok: steps.every(({ ok }) => ok), steps };
}

function connected({ options }: Session): CheckStep {
  const { system, client } = options;
  return client ? { name: 'connect', ok: true, code: 'client', values: { system, client } } : { name: 'connect', ok: true, detail: system };
}

/** New orders need a sales area that at least one customer is maintained for. */
async function salesArea(session: Session): Promise<CheckStep> {
  const { salesOrganization, distributionChannel, division } = session.options;
  const area = `${salesOrganization}/${distributionChannel}/${division}`;
  const filter = [equals('SalesOrganization', salesOrganization), equals('DistributionChannel', distributionChannel), equals('Division', division)].join(' and ');
  try {
    const { rows } = await session.query('API_BUSINESS_PARTNER', 'A_CustomerSalesArea', { filter, top: 1 });
    return rows.length > 0 ? { name: 'salesArea', ok: true, detail: area } : { name: 'salesArea', ok: false, code: 'noCustomer', values: { area } };
  } catch (reason) {
    return failedStep('salesArea', reason);
  }
}
