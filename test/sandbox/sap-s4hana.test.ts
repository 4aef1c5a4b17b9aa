import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { XMLParser } from 'fast-xml-parser';
import { startSapSandbox, type SapSandbox } from '../../sandbox/sap-s4hana';
import { billingEntities } from '../../sandbox/sap-s4hana/model/billing';
import { businessPartnerEntities } from '../../sandbox/sap-s4hana/model/business-partner';
import { journalEntryEntities } from '../../sandbox/sap-s4hana/model/journal-entry';
import { materialStockEntities } from '../../sandbox/sap-s4hana/model/material-stock';
import { outboundDeliveryEntities } from '../../sandbox/sap-s4hana/model/outbound-delivery';
import { priceConditionEntities } from '../../sandbox/sap-s4hana/model/price-condition';
import { productEntities } from '../../sandbox/sap-s4hana/model/product';
import { salesOrderEntities } from '../../sandbox/sap-s4hana/model/sales-order';
import { contract, needsContract } from '../support/contracts';
import { item, order, SapClient } from './sap-client';

type Xml = Record<string, unknown>;
interface VendorProperty { type: string; maxLength: string | undefined; precision: string | undefined; scale: string | undefined; creatable: boolean; filterable: boolean; sortable: boolean; etag: boolean }
interface VendorType { keys: string[]; properties: Map<string, VendorProperty>; navigations: Map<string, { to: string; many: boolean }> }
interface VendorService { types: Map<string, VendorType>; sets: Map<string, { creatable: boolean; updatable: boolean; deletable: boolean }> }

/** The vendor's metadata, as far as the simulator must agree with it. */
function readVendor(file: string): VendorService {
  const parser = new XMLParser({ ignoreAttributes: false, attributeNamePrefix: '', isArray: (name) => ['Schema', 'EntityType', 'Property', 'PropertyRef', 'NavigationProperty', 'EntitySet', 'Association', 'End'].includes(name) });
  const edmx = parser.parse(gunzipSync(readFileSync(contract(`sap-s4hana/${file}.edmx.gz`)))) as Xml;
  const schema = ((edmx['edmx:Edmx'] as Xml)['edmx:DataServices'] as { Schema: Xml[] }).Schema.find((s) => s.EntityType !== undefined) ?? {};
  const list = (value: unknown): Record<string, string>[] => (value ?? []) as Record<string, string>[];
  const ends = new Map(list(schema.Association).map((a) => [a.Name, list((a as Xml).End)]));
  const types = new Map(list(schema.EntityType).map((type): [string, VendorType] => [String(type.Name), {
    keys: list(((type as Xml).Key as Xml).PropertyRef).map((ref) => String(ref.Name)),
    properties: new Map(list((type as Xml).Property).map((p) => [String(p.Name), {
      type: String(p.Type), maxLength: p.MaxLength, precision: p.Precision, scale: p.Scale, creatable: p['sap:creatable'] !== 'false', filterable: p['sap:filterable'] !== 'false', sortable: p['sap:sortable'] !== 'false', etag: p.ConcurrencyMode === 'Fixed',
    }])),
    navigations: new Map(list((type as Xml).NavigationProperty).map((n) => {
      const end = ends.get(String(n.Relationship).split('.').at(-1) ?? '')?.find(({ Role }) => Role === n.ToRole);
      return [String(n.Name), { to: String(end?.Type).split('.').at(-1)?.replace(/Type$/, '') ?? '', many: end?.Multiplicity === '*' }];
    })),
  }]));
  const container = schema.EntityContainer as Xml;
  const flag = (set: Record<string, string>, name: string): boolean => set[`sap:${name}`] !== 'false';
  const sets = new Map(list(container.EntitySet).map((s) => [String(s.Name), { creatable: flag(s, 'creatable'), updatable: flag(s, 'updatable'), deletable: flag(s, 'deletable') }]));
  return { types, sets };
}

describe('SAP S/4HANA sandbox against the vendor\'s metadata', () => {
  before(function () {
    needsContract(this, 'sap-s4hana/API_SALES_ORDER_SRV.edmx.gz');
  });

  for (const [file, entities] of [
    ['API_SALES_ORDER_SRV', salesOrderEntities], ['API_BUSINESS_PARTNER', businessPartnerEntities], ['API_PRODUCT_SRV', productEntities], ['API_MATERIAL_STOCK_SRV', materialStockEntities],
    ['API_SLSPRICINGCONDITIONRECORD_SRV', priceConditionEntities],
    ['API_BILLING_DOCUMENT_SRV', billingEntities], ['API_GLACCOUNTLINEITEM', journalEntryEntities], ['API_OUTBOUND_DELIVERY_SRV', outboundDeliveryEntities],
  ] as const) {
    it(`${file}: every set, key, property, length and flag is the vendor's`, () => {
      const vendor = readVendor(file);
      for (const entity of entities) {
        const type = vendor.types.get(`${entity.set}Type`);
        assert.ok(type, entity.set);
        assert.deepEqual(vendor.sets.get(entity.set), { creatable: entity.creatable, updatable: entity.updatable, deletable: entity.deletable }, entity.set);
        assert.deepEqual(entity.keys.map(({ name }) => name).sort(), [...type.keys].sort(), entity.set);
        for (const property of entity.properties.values()) {
          const theirs = type.properties.get(property.name);
          const text = (value: number | undefined): string | undefined => value === undefined ? undefined : String(value);
          assert.deepEqual(
            { type: property.type, creatable: !property.readOnly, maxLength: text(property.maxLength), ...(property.type === 'Edm.Decimal' ? { precision: text(property.precision), scale: text(property.scale) } : {}) },
            { type: theirs?.type, creatable: theirs?.creatable, maxLength: theirs?.maxLength, ...(property.type === 'Edm.Decimal' ? { precision: theirs?.precision, scale: theirs?.scale ?? '0' } : {}) },
            `${entity.set}.${property.name}`,
          );
          if (file === 'API_GLACCOUNTLINEITEM') assert.deepEqual([property.filterable, property.sortable], [theirs?.filterable, theirs?.sortable], property.name);
          assert.equal(entity.etag === property.name, theirs?.etag, `${entity.set}.${property.name} as ETag`);
        }
        for (const navigation of entity.navigations.values()) {
          assert.deepEqual(type.navigations.get(navigation.name), { to: navigation.to, many: navigation.many }, `${entity.set}/${navigation.name}`);
        }
      }
    });
  }

  describe('answers', () => {
    let sandbox: SapSandbox;
    before(async () => { sandbox = await startSapSandbox({ materials: 3, customers: 3 }); });
    after(() => sandbox.close());

    const forms: Record<string, RegExp> = {
      'Edm.DateTime': /^\/Date\(-?\d+\)\/$/, 'Edm.DateTimeOffset': /^\/Date\(-?\d+\+0000\)\/$/, 'Edm.Time': /^PT\d\dH\d\dM\d\dS$/,
      'Edm.Decimal': /^-?\d+(\.\d+)?$/, 'Edm.Guid': /^[0-9a-f-]{36}$/, 'Edm.String': /^[^]*$/,
    };
    function agrees(entity: Record<string, unknown>, vendor: VendorService): number {
      const { type: name } = entity.__metadata as { type: string };
      const type = vendor.types.get(name.split('.').at(-1) ?? '');
      assert.ok(type, name);
      let seen = 0;
      for (const [key, value] of Object.entries(entity)) {
        if (key === '__metadata') continue;
        const navigation = type.navigations.get(key);
        if (navigation) {
          const inner = value as { results?: Record<string, unknown>[]; __deferred?: { uri: string } };
          for (const child of inner.results ?? []) seen += agrees(child, vendor);
          continue;
        }
        const property = type.properties.get(key);
        assert.ok(property, `${name} has no ${key}`);
        seen++;
        if (value === null) continue;
        if (property.type === 'Edm.Boolean') { assert.equal(typeof value, 'boolean', key); continue; }
        assert.match(value as string, forms[property.type] ?? /^$/, `${name}.${key}`);
        if (property.maxLength !== undefined) assert.ok((value as string).length <= Number(property.maxLength), `${key} is too long`);
      }
      return seen;
    }

    it('a created order with everything in it agrees with the vendor\'s types', async () => {
      const client = new SapClient(sandbox);
      const created = await client.createOrder(order({
        to_Partner: [{ PartnerFunction: 'SH', Customer: '100002' }], to_Text: [{ LongTextID: 'TX01', LongText: 'Gate 3' }],
        to_PricingElement: [{ ConditionType: 'HD00', ConditionRateValue: '4.90' }],
        to_Item: [item('MAT-00001', '2', '10.00', { to_Text: [{ LongTextID: '0001', LongText: 'line' }] })],
      }));
      const vendor = readVendor('API_SALES_ORDER_SRV');
      assert.ok(agrees(created, vendor) > 150);
      const read = (await client.get(`A_SalesOrder('${String(created.SalesOrder)}')?$expand=to_Item/to_PricingElement,to_Item/to_ScheduleLine,to_Partner,to_PricingElement,to_Text`)).json().d;
      assert.ok(agrees(read, vendor) > 150);
    });

    for (const [service, path] of [
      ['API_BUSINESS_PARTNER', 'A_BusinessPartner?$expand=to_BusinessPartnerAddress/to_EmailAddress,to_BusinessPartnerAddress/to_PhoneNumber,to_BusinessPartnerTax,to_BusinessPartnerRole'],
      ['API_BUSINESS_PARTNER', 'A_Customer?$expand=to_CustomerSalesArea,to_CustomerCompany'],
      ['API_PRODUCT_SRV', 'A_Product?$expand=to_Description,to_Plant,to_SalesDelivery,to_ProductUnitsOfMeasure/to_InternationalArticleNumber'],
      ['API_MATERIAL_STOCK_SRV', 'A_MaterialStock?$expand=to_MatlStkInAcctMod/to_MaterialStock'],
      ['API_SLSPRICINGCONDITIONRECORD_SRV', "A_SlsPrcgCndnRecdValidity?$filter=CustomerPriceGroup eq 'P1'&$expand=to_SlsPrcgConditionRecord/to_SlsPrcgCndnRecordScale"],
    ] as const) {
      it(`${path.split('?', 1)[0] ?? ''} and its relatives agree with the vendor's types`, async () => {
        const { results } = (await new SapClient(sandbox, service).get(path)).json().d;
        const vendor = readVendor(service);
        assert.ok(results.length > 0);
        for (const entity of results) assert.ok(agrees(entity, vendor) > 20);
      });
    }
  });
});
