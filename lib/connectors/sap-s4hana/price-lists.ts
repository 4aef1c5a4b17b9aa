import { lazyMapping } from '../../mapping';
import { issueDate } from '../../documents/dates';
import type { EntityHandler } from '../by-entity';
import type { Canonical, ListOptions, Native, Page } from '../contract';
import { text } from './fields';
import { listByKey, oneOf } from './listing';
import sapToPriceList from './mapping/sap-to-price-list.mapping.json';
import { equals } from './odata/literals';
import type { PriceList } from './options';
import { refused, type PriceKey } from './price-condition';
import { goneFacts, withPriceFacts, type PriceRecord } from './price-facts';
import { conditionOf, scopeOf, type Scope } from './price-scope';
import { units } from './product-facts';
import type { Session } from './session';

const service = 'API_SLSPRICINGCONDITIONRECORD_SRV', set = 'A_SlsPrcgCndnRecdValidity';
const expand = 'to_SlsPrcgConditionRecord/to_SlsPrcgCndnRecordScale';
const toPriceList = lazyMapping(sapToPriceList, { codes: { units } });
/** Rows come whole, with their record and scale: some kilobytes each. */
const rowsAtOnce = 500;
/** A filter that names more lists makes an address too long. */
const mostNamed = 40;

const byDefault: PriceList[] = [{ code: 'list', conditionType: 'PPR0', appliesTo: 'everybody', value: '', currency: '', compareAt: '' }];

/**
 * Prices by list, currency and material: API_SLSPRICINGCONDITIONRECORD_SRV, where a period of validity holds the keys and
 * its record the rate. There is no time of change. Conditions without a material, those that any other field narrows (a
 * plant, a sales unit …), those not released and supplements are in no list; neither are discounts and free goods.
 */
export class PriceLists implements EntityHandler {
  constructor(private readonly session: Session, private readonly now: () => number) {}

  /** Pages in the order of material numbers, all lists in one pass; `updatedSince` is not heeded. What holds is settled at the beginning. */
  async* list(options: ListOptions = {}): AsyncGenerator<Page> {
    const readAt = new Date(this.now()).toISOString();
    const keyed = { service, set, key: 'Material', only: this.#scope(readAt), expand } as const;
    for await (const page of listByKey(this.session, keyed, { ...options, pageSize: options.pageSize ?? rowsAtOnce, cursor: options.cursor ?? '' })) {
      yield { ...page, records: this.#records(page.records, readAt) };
    }
  }

  /** Of periods of validity; those that are in no list count, too: only reading tells. */
  count(): Promise<number> { return this.session.count(service, set, this.#scope(new Date(this.now()).toISOString(), false)); }

  /** `<list>/<currency>/<material>`; nothing where no price holds. */
  async get(id: string): Promise<Native | undefined> {
    const { list, currency, Material } = parts(id);
    const readAt = new Date(this.now()).toISOString();
    const only = `${this.#scope(readAt)} and ${equals('Material', Material)}`;
    let { rows, next } = await this.session.query(service, set, { filter: only, expand });
    const found = [...rows];
    while (next !== undefined) {
      ({ rows, next } = await this.session.query(service, next));
      found.push(...rows);
    }
    return this.#records(found, readAt).find((record) => record.list === list && record.currency === currency);
  }

  /** A price has no time of change: it was so when it was read. */
  identify(native: Native): { id: string; time: string } {
    const { list, currency, Material, readAt } = native as PriceRecord;
    return { id: `${list}/${currency}/${Material}`, time: readAt };
  }

  /** Throws DataError for what cannot be told exactly, and for a list or a currency of it that the settings do not name. */
  toCanonical(native: Native): Canonical {
    const record = native as PriceRecord;
    const list = this.#listOf(record);
    if (!list) {
      const number = text(record.conditions[0] ?? {}, 'ConditionRecord');
      throw refused(record, 'DATA_PRICE_CURRENCY',
        `the settings have no list ${record.list} in ${record.currency}. Add a row for it to the price lists, or end the condition ${number}`);
    }
    return toPriceList().map(withPriceFacts(record, list, this.session.options), {}, `price ${this.identify(record).id}`);
  }

  /** Of a list that is no longer in the settings nothing is said: its prices are not gone. */
  gone(id: string, time: string): Canonical | undefined {
    const key = parts(id);
    const list = this.#listOf(key);
    return list && toPriceList().map({ ...key, readAt: time, facts: goneFacts(list, this.session.options) }, {}, `price ${id}`);
  }

  get #lists(): readonly PriceList[] {
    const { priceLists } = this.session.options;
    return priceLists.length > 0 ? priceLists : byDefault;
  }

  #listOf({ list, currency }: Pick<PriceKey, 'list' | 'currency'>): PriceList | undefined {
    return this.#lists.find((one) => one.code === list && (one.currency === '' || one.currency === currency));
  }

  /** What is empty is found out row by row: not every system finds rows by an empty field. */
  #scope(readAt: string, withCompareAt = true): string {
    const { salesOrganization, distributionChannel, timeZone } = this.session.options;
    const lists = this.#lists;
    const types = new Set(lists.flatMap(({ conditionType, compareAt }) => compareAt === '' || !withCompareAt ? [conditionType] : [conditionType, compareAt]));
    const today = `datetime'${issueDate(readAt, timeZone)}T00:00:00'`;
    const named = lists.length <= mostNamed && lists.every(({ appliesTo, compareAt }) => appliesTo !== 'everybody' && compareAt === '');
    return [
      equals('SalesOrganization', salesOrganization), equals('DistributionChannel', distributionChannel), `(${oneOf('ConditionType', [...types])})`,
      `ConditionValidityStartDate le ${today}`, `ConditionValidityEndDate ge ${today}`,
      ...(named ? [`(${[...new Set(lists.map(fieldsOf))].join(' or ')})`] : []),
    ].join(' and ');
  }

  #records(rows: Native[], readAt: string): PriceRecord[] {
    const found = new Map<string, PriceRecord>();
    const compareAt = new Map<string, Native[]>();
    for (const row of rows) {
      const condition = conditionOf(row);
      const scope = condition && scopeOf(row, this.session.options);
      const Material = text(row, 'Material');
      if (!condition || !scope || Material === '') continue;
      const [type, currency] = [text(row, 'ConditionType'), text(condition, 'ConditionRateValueUnit')];
      for (const list of this.#lists) {
        if (list.conditionType !== type || !isOf(list, scope)) continue;
        // Another row of the settings may speak for this currency; if none does, the record tells of it.
        if ((this.#listOf({ list: list.code, currency }) ?? list) !== list) continue;
        const key = `${list.code}/${currency}/${Material}`;
        const record = found.get(key) ?? { list: list.code, currency, Material, readAt, conditions: [] };
        record.conditions.push(condition);
        found.set(key, record);
      }
      if (scope.appliesTo === 'everybody') {
        const key = `${type}/${currency}/${Material}`;
        compareAt.set(key, [...compareAt.get(key) ?? [], condition]);
      }
    }
    for (const record of found.values()) {
      const type = this.#listOf(record)?.compareAt;
      if (type) record.compareAt = compareAt.get(`${type}/${record.currency}/${record.Material}`) ?? [];
    }
    return [...found.values()];
  }
}

function isOf({ appliesTo, value }: PriceList, scope: Scope): boolean { return scope.appliesTo === appliesTo && scope.value === value; }

function fieldsOf({ appliesTo, value }: PriceList): string {
  switch (appliesTo) {
    case 'customer': return `${equals('Customer', value)} or ${equals('SoldToParty', value)}`;
    case 'priceListType': return equals('PriceListType', value);
    default: return equals('CustomerPriceGroup', value);
  }
}

function parts(id: string): PriceKey {
  const [list = '', currency = '', ...material] = id.split('/');
  return { list, currency, Material: material.join('/') };
}
