import { hasCheckDigit } from '../../documents/codes';
import type { Native } from '../contract';
import { filled, listOf, text } from './fields';
import sapToOrder from './mapping/sap-to-order.mapping.json';
import { isoTime } from './odata/literals';
import type { SapOptions } from './options';

/** UN/ECE codes by SAP's: the same for items of orders and for products. */
export const units: Readonly<Record<string, string>> = sapToOrder.codes.units;

/** A product with what the mapping to a canonical one cannot work out itself, as `facts`. Empty fields are gone. */
export function withProductFacts(native: Native, options: SapOptions): Native {
  const product = filled(native);
  const area = listOf(product['to_SalesDelivery'])
    .find((row) => row['ProductSalesOrg'] === options.salesOrganization && row['ProductDistributionChnl'] === options.distributionChannel);
  const createdAt = isoTime(product['CreationDate']);
  const status = statusOf(product, area);
  const descriptions = listOf(product['to_Description']).filter((row) => text(row, 'ProductDescription') !== '');
  return {
    ...product,
    facts: {
      system: options.system, createdAt, changedAt: isoTime(product['LastChangeDateTime']) ?? isoTime(product['LastChangeDate']) ?? createdAt,
      name: nameIn([options.language, 'EN'], descriptions) ?? text(product, 'Product'), descriptions, status,
      gtin: gtinOf(product, 'ProductStandardID'), purchasable: status === 'active' && area !== undefined,
      grossWeight: weight(product, 'GrossWeight'), netWeight: weight(product, 'NetWeight'),
      alternativeUnits: alternativeUnits(product),
      minimum: positive(area, 'MinimumOrderQuantity'),
      increment: area && [undefined, product['BaseUnit']].includes(area['DeliveryQuantityUnit']) ? positive(area, 'DeliveryQuantity') : undefined,
    },
  };
}

/** What a status forbids is each system's own setting: a product with any of them is not offered until somebody has looked. */
function statusOf(product: Native, area: Native | undefined): string {
  if (product['IsMarkedForDeletion'] === true || area?.['IsMarkedForDeletion'] === true) return 'archived';
  return text(product, 'CrossPlantStatus') || text(area ?? {}, 'ProductSalesStatus') ? 'blocked' : 'active';
}

function nameIn(languages: string[], descriptions: Native[]): string | undefined {
  const found = languages.map((language) => descriptions.find((row) => row['Language'] === language)).find(Boolean) ?? descriptions[0];
  return found && text(found, 'ProductDescription');
}

/** Other numbers than GTINs may stand in the field for them. */
function gtinOf(row: Native, field: string): string | undefined {
  const gtin = text(row, field);
  return /^(\d{8}|\d{12,14})$/.test(gtin) && hasCheckDigit(gtin) ? gtin : undefined;
}

function weight(product: Native, field: string): Native | undefined {
  const unit = text(product, 'WeightUnit');
  const value = positive(product, field);
  return value === undefined || unit === '' ? undefined : { value, unit };
}

function positive(row: Native | undefined, field: string): string | undefined {
  const value = text(row ?? {}, field);
  return Number(value) > 0 ? value : undefined;
}

/** Packages and the like. A unit that only this system knows cannot be told to another one. */
function alternativeUnits(product: Native): Native[] {
  return listOf(product['to_ProductUnitsOfMeasure'])
    .filter((row) => row['AlternativeUnit'] !== product['BaseUnit'] && text(row, 'AlternativeUnit') in units)
    .map((row) => ({ ...row, gtin: gtinOf(row, 'GlobalTradeItemNumber') }));
}
