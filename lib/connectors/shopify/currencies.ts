import type { Issue } from '../../errors';
import type { Native } from '../contract';

interface Money { currency_code?: unknown }

/**
 * What is wrong with the currencies of a webhook's amounts (rule CUR-1): each states the shop's and the buyer's, and they
 * must be those of the order, for only the numbers are read from then on. What GraphQL answers names no currency twice.
 */
export function foreignAmounts(native: Native): Issue[] {
  const issues: Issue[] = [];
  const { currency, presentment_currency: buyers = currency } = native;
  const check = (money: Money | undefined, expected: unknown, path: string): void => {
    const code = money?.currency_code;
    if (typeof code !== 'string' || typeof expected !== 'string' || code === expected) return;
    issues.push({ path, rule: 'CUR-1', message: `The amount is in ${code}, the order in ${expected}.` });
  };
  const walk = (value: unknown, path: string): void => {
    if (typeof value !== 'object' || value === null) return;
    if ('presentment_money' in value) {
      const { shop_money: shop, presentment_money: presentment } = value as { shop_money?: Money; presentment_money?: Money };
      check(shop, currency, `${path}.shop_money`);
      check(presentment, buyers, `${path}.presentment_money`);
    } else if (Array.isArray(value)) value.forEach((item, index) => { walk(item, `${path}[${String(index)}]`); });
    else for (const [key, item] of Object.entries(value)) if (typeof item === 'object') walk(item, path === '' ? key : `${path}.${key}`);
  };
  walk(native, '');
  return issues;
}
