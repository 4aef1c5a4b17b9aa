import { checkDocument, describeIssues } from '../../documents/validate';
import type { Customer, InventoryLevel, Order, Payment, PriceList, Product, Shipment } from '../../documents/types';
import type { Entity } from '../../documents/event';
import { ConfigError, DataError, TransientError, type Issue } from '../../errors';
import type { Canonical, Native } from '../contract';
import { foreignAmounts } from './currencies';
import { canonicalCompany, canonicalCustomer } from './customer';
import { orderFacts } from './facts';
import { gidOf, gidParts } from './gid';
import { canonicalOrder } from './order';
import { canonicalPayment } from './payment-documents';
import { canonicalPrice } from './price-documents';
import { canonicalProduct } from './product';
import { canonicalShipment } from './shipment-documents';
import { canonicalLevel } from './stock-documents';

export interface Conversion {
  system: string;
  /** IANA name; undefined until the shop was asked. */
  timeZone: string | undefined;
  customItemSku: string | undefined;
}

/** A record of the shop, of GraphQL or of a webhook, as canonical document. Throws DataError with everything that is wrong with it. */
export function toCanonical(entity: Entity, native: Native, conversion: Conversion): Canonical {
  const issues: Issue[] = [];
  const { kind, document, record } = convert(entity, native, conversion, issues);
  issues.push(...checkDocument(kind, document).filter((found) => !issues.some((own) => own.path === found.path)));
  if (issues.length === 0) return { ...document };
  const { system } = conversion;
  throw new DataError(`DATA_INVALID_${kind.toUpperCase().replace('-', '_')}`, `${record} of ${system} cannot be used. ${describeIssues(issues)}`, { system, record, issues });
}

type Converted =
  | { kind: 'order'; document: Order; record: string } | { kind: 'customer'; document: Customer; record: string } | { kind: 'product'; document: Product; record: string }
  | { kind: 'inventory-level'; document: InventoryLevel; record: string } | { kind: 'payment'; document: Payment; record: string }
  | { kind: 'shipment'; document: Shipment; record: string } | { kind: 'price-list'; document: PriceList; record: string };

function convert(entity: Entity, native: Native, { system, timeZone, customItemSku }: Conversion, issues: Issue[]): Converted {
  switch (entity) {
    case 'order': {
      if (timeZone === undefined) {
        throw new TransientError('TRANSIENT_SHOP_UNKNOWN', `${system}: the shop's time zone is not known yet. It is asked for at the first call; or set it in the system's settings.`, { system });
      }
      const document = canonicalOrder(orderFacts(native), { system, timeZone, customItemSku }, issues);
      issues.push(...foreignAmounts(native));
      return { kind: 'order', document, record: `order ${document.orderNumber}` };
    }
    case 'customer': {
      const document = isCompany(native) ? canonicalCompany(native, system) : canonicalCustomer(native, system);
      return { kind: 'customer', document, record: `customer ${document.customerNumber ?? document.id}` };
    }
    case 'product': {
      const document = canonicalProduct(native, system, issues);
      return { kind: 'product', document, record: `product ${document.handle ?? document.id}` };
    }
    case 'inventory': {
      const document = canonicalLevel(native, system, issues);
      return { kind: 'inventory-level', document, record: `stock ${document.sku} at ${document.location.code ?? ''}` };
    }
    case 'payment': {
      const document = canonicalPayment(native, system, issues);
      return { kind: 'payment', document, record: `payment ${document.id} of order ${document.orderRef?.number ?? ''}` };
    }
    case 'shipment': {
      const document = canonicalShipment(native, system, issues);
      return { kind: 'shipment', document, record: `shipment ${document.shipmentNumber}` };
    }
    case 'price': {
      const document = canonicalPrice(native, system, issues);
      return { kind: 'price-list', document, record: `price ${document.externalIds[0]?.id ?? ''}` };
    }
    default: throw new ConfigError('CONFIG_NOT_SUPPORTED', `The Shopify connector cannot convert ${entity} records. Let the node send native documents.`, { system });
  }
}

function isCompany(native: Native): boolean { return gidParts(gidOf(native) ?? '')?.type === 'Company'; }
