import type { Canonical } from '../../connectors/contract';
import { normalNumber } from '../../delivery/business-numbers';
import type { Entity } from '../../documents/event';
import { normaliseEmail, normalisePhone } from '../../documents/normalise';
import { comparablePrices } from './prices';

/** How records of one entity are told to be the same in two systems, and what is compared of them. */
export interface ReconcileRule {
  /** Paths whose values together name a record, or a part of it, in both systems. */
  key: readonly string[];
  /** Spells a value of the key as all systems would. */
  normal?: (value: string) => string;
  /** A link between the systems goes before the key. */
  linked?: true;
  /** A document holds a list of what is compared one by one. */
  parts?: string;
  /** How the other system is asked for a key, where it can be; `id`: the key is the record's id there. */
  seek?: 'reference' | 'number' | 'sku' | 'id';
  /** What is compared if the user names nothing. Default: all that both documents speak of. */
  compare?: readonly string[];
  /** Not compared unless named: what each system says in its own way. */
  except?: readonly string[];
  /** Elements of a list that count, by a field of theirs. */
  only?: Readonly<Record<string, { field: string; value: string }>>;
  /** Brings a document into words that all systems use. */
  shape?: (document: Canonical) => Canonical;
  /** What a text stands for, by field: systems spell and count in their own ways. */
  meant?: Readonly<Partial<Record<string, (value: string) => string>>>;
  /** A record in this state is over: nothing else of it is compared, and it is missed nowhere. */
  over?: { field: string; value: string };
  /** An ERP has many that are none of this shop's: those without a link. */
  foreign?: true;
  /** What a system has nothing at all of, by these fields, is not its business: there it is not missing. */
  families?: readonly string[];
  /** Field that tells when a record came about: what is older than the synchronisation of a system is missed nowhere. */
  since?: string;
}

/** Systems pad numbers with noughts, each in its way. */
const unpadded = (number: string): string => number.replace(/^0+(?=\d+$)/, '');

export const reconcileRules: Partial<Record<Entity, ReconcileRule>> = {
  order: {
    key: ['orderNumber'], normal: normalNumber, linked: true, seek: 'reference', foreign: true, since: 'issuedAt',
    compare: ['orderStatus', 'documentCurrencyCode', 'purchaseOrderNumber', 'lines.item.sku', 'lines.quantity.value', 'monetaryTotal.taxExclusiveAmount', 'monetaryTotal.taxInclusiveAmount'],
    only: { lines: { field: 'lineKind', value: 'product' } },
    meant: { orderStatus: (status) => status === 'cancelled' ? status : 'open' },
    over: { field: 'orderStatus', value: 'cancelled' },
  },
  customer: {
    key: ['customerNumber'], normal: unpadded, linked: true, seek: 'number',
    meant: { email: (email) => normaliseEmail(email) ?? email, telephone: (phone) => normalisePhone(phone) ?? phone },
    except: ['customerNumber', 'customerType', 'language', 'customerGroups', 'priceListIds', 'paymentTerms', 'contacts', 'locations', 'addresses', 'taxExempt'],
  },
  product: {
    key: ['variants[0].sku'], parts: 'variants', seek: 'sku',
    except: ['productType', 'productGroup', 'sku', 'tags', 'variants.purchasable', 'variants.status', 'variants.baseUnitCode', 'variants.netWeight', 'variants.grossWeight'],
  },
  inventory: {
    key: ['sku', 'location.code'], compare: ['quantities.available'], families: ['sku', 'location.code'],
    // Shops count whole pieces: what is less than one cannot be sold.
    meant: { 'quantities.available': (quantity) => String(Math.floor(Number(quantity))) },
  },
  price: {
    key: ['name', 'priceCurrency', 'entries[0].sku'], seek: 'id', shape: comparablePrices, compare: ['entries.price', 'entries.compareAtPrice', 'entries.tiers'], families: ['name'],
  },
};
