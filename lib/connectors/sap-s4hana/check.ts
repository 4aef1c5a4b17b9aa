import { toError } from '../../errors';
import type { CheckReport } from '../contract';
import type { Service, Session } from './session';

const services: readonly Service[] = ['API_SALES_ORDER_SRV', 'API_BUSINESS_PARTNER', 'API_PRODUCT_SRV'];

/** Opens each service: the first that fails says whether address, credentials or a permission is missing. */
export async function checkSap(session: Session): Promise<CheckReport> {
  const steps: CheckReport['steps'] = [];
  for (const service of services) {
    try {
      const { headers } = await session.open(service);
      const token = headers['x-csrf-token'] !== undefined;
      steps.push({ name: service, ok: token, ...(token ? {} : { detail: 'The service answers but gives no CSRF token: is there a gateway in between that drops the header?' }) });
    } catch (reason) {
      steps.push({ name: service, ok: false, detail: toError(reason).message });
    }
    if (!steps.at(-1)?.ok) break;
  }
  return { ok: steps.every(({ ok }) => ok), steps };
}
