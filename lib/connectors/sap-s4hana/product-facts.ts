import Big from 'big.js';
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
  const area = salesAreaOf(product, options);
  const createdAt = isoTime(product['CreationDate']);
  const status = statusOf(product, area, options.sellableStatuses);
  const descriptions = listOf(product['to_Description']).filter((row) => text(row, 'ProductDescription') !== '');
  const texts = listOf(product['to_ProductBasicText']);
  const translations = descriptions.map((row) => ({ ...row, LongText: textIn([text(row, 'Language')], texts, 'LongText') }));
  return {
    ...product,
    facts: {
      system: options.system, createdAt, changedAt: isoTime(product['LastChangeDateTime']) ?? isoTime(product['LastChangeDate']) ?? createdAt,
      name: (textIn([options.language, 'EN'], descriptions, 'ProductDescription') ?? text(descriptions[0] ?? {}, 'ProductDescription')) || text(product, 'Product'),
      description: textIn([options.language], texts, 'LongText'), translations, status, attributes: attributesOf(product), serial: text(product, 'SerialNumberProfile') !== '',
      gtin: gtinOf(product, 'ProductStandardID'), purchasable: status === 'active' && area !== undefined,
      grossWeight: weight(product, 'GrossWeight'), netWeight: weight(product, 'NetWeight'),
      alternativeUnits: alternativeUnits(product),
      minimum: positive(area, 'MinimumOrderQuantity'),
      increment: area && [undefined, product['BaseUnit']].includes(area['DeliveryQuantityUnit']) ? positive(area, 'DeliveryQuantity') : undefined,
    },
  };
}

/** The sales data of a product in the sales area of the settings. */
export function salesAreaOf(product: Native, { salesOrganization, distributionChannel }: SapOptions): Native | undefined {
  return listOf(product['to_SalesDelivery']).find((row) => row['ProductSalesOrg'] === salesOrganization && row['ProductDistributionChnl'] === distributionChannel);
}

/** What a status forbids is each system's own setting: a product with one that is not known to be harmless is not offered. */
function statusOf(product: Native, area: Native | undefined, sellable: string[]): string {
  if (product['IsMarkedForDeletion'] === true || area?.['IsMarkedForDeletion'] === true) return 'archived';
  const codes = [text(product, 'CrossPlantStatus'), text(area ?? {}, 'ProductSalesStatus')];
  return codes.some((code) => code !== '' && !sellable.includes(code)) ? 'blocked' : 'active';
}

/** A text in the first of some languages that has one. */
function textIn(languages: string[], rows: Native[], field: string): string | undefined {
  const found = languages.map((language) => rows.find((row) => row['Language'] === language)).find(Boolean);
  return found && (text(found, field) || undefined);
}

const attributes = {
  IndustryStandardName: 'industryStandard', SizeOrDimensionText: 'size', ProductHierarchy: 'productHierarchy', ExternalProductGroup: 'externalProductGroup',
  ProductOldID: 'oldNumber',
} as const;

/** What else a shop may show of a product. A volume in a unit that only this system knows cannot be told to another one. */
function attributesOf(product: Native): Native[] | undefined {
  const texts = Object.entries(attributes).map(([field, code]) => ({ code, value: text(product, field) })).filter(({ value }) => value !== '');
  const volume = positive(product, 'MaterialVolume');
  const unitCode = units[text(product, 'VolumeUnit')];
  const all = [...texts, ...(volume !== undefined && unitCode !== undefined ? [{ code: 'volume', value: new Big(volume).toFixed(), unitCode }] : [])];
  return all.length > 0 ? all : undefined;
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
