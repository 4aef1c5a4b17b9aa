import Big from 'big.js';
import { framework, ODataError, type Detail } from './odata/errors';
import { msOf, stamp, type Row } from './odata/model';
import type { Transaction } from './odata/database';
import { organisation } from './organisation';
import { conditionTables, makeRoom, recordTypes, removeCondition, scaleOf, touched, validityOf, writeCondition } from './price-conditions';
import { numbered } from './prices';
import { currencies } from './sales/conditions';
import { unitBy } from './sales/units';
import type { System, WriteRules, Written } from './system';

/** What may be changed once a condition is there. */
const changeable: Record<string, readonly string[]> = {
  A_SlsPrcgConditionRecord: ['ConditionRateValue', 'ConditionExclusion', 'AdditionalValueDays', 'FixedValueDate', 'PaymentTerms', 'ConditionIsDeleted'],
  A_SlsPrcgCndnRecdValidity: ['ConditionValidityStartDate', 'ConditionValidityEndDate'],
  A_SlsPrcgCndnRecordScale: ['ConditionScaleQuantity', 'ConditionScaleAmount', 'ConditionRateValue'],
};

/** What API_SLSPRICINGCONDITIONRECORD_SRV does with writes: records come with their validity, and what holds for the same key makes room. */
export function priceRules(system: System): WriteRules {
  return {
    create(to, type, input, parent): Written {
      if (type.set === 'A_SlsPrcgCndnRecordScale') return { row: addLine(system, to, parent, input.values) };
      if (type.set !== 'A_SlsPrcgConditionRecord') throw framework.notAllowed('POST', type.set);
      const validity = (input.children.get('to_SlsPrcgCndnRecdValidity') ?? []).map(({ values }) => values);
      const scale = (input.children.get('to_SlsPrcgCndnRecordScale') ?? []).map(({ values }) => values);
      const record = withUnits(to, input.values, validity);
      const [first, ...others] = refusals(to, record, validity, scale);
      if (first) throw new ODataError(400, first, ...others);
      // A number that was sent counts for nothing: the system gives its own.
      return { row: writeCondition(to, numbered(system.next('condition')), { record, validity: validity.map((row) => keyed(record, row)), scale }, system.now()) };
    },
    update(to, type, row, values): Written {
      const allowed = changeable[type.set] ?? [];
      for (const [name, value] of Object.entries(values)) if (!allowed.includes(name) && value !== row[name]) throw framework.badValue(name, 'cannot be changed');
      const now = system.now();
      const changed = touched(row, {
        ...values, ...(type.set === 'A_SlsPrcgConditionRecord' && { LastChangeDateTime: stamp(now) }),
        ...('ConditionRateValue' in values && row.ConditionCurrency !== '' && { ConditionRateAmount: `${String(values.ConditionRateValue)}000000` }),
      }, now);
      if (type.set === 'A_SlsPrcgCndnRecdValidity') {
        if (msOf(String(changed.ConditionValidityStartDate)) > msOf(String(changed.ConditionValidityEndDate))) throw new ODataError(400, backwards);
        to.delete(type.set, row);
        makeRoom(to, changed);
      }
      to.put(type.set, changed);
      if (type.set !== validityOf.to && ('ConditionRateValue' in values || 'ConditionScaleQuantity' in values)) follow(to, changed, now);
      return { row: changed };
    },
    remove(to, type, row): void {
      if (type.set === 'A_SlsPrcgConditionRecord') removeCondition(to, row);
      else to.delete(type.set, row);
    },
  };
}

const backwards: Detail = { code: 'VK/205', message: 'The validity period ends before it begins', target: 'ConditionValidityEndDate' };

/** A record and the first line of its scale show the same rate. */
function follow(to: Transaction, changed: Row, now: number): void {
  const { ConditionRecord, ConditionScaleLine, ConditionRateValue = '', ConditionRateAmount = '', ConditionScaleQuantity = '' } = changed;
  if (ConditionScaleLine !== undefined && ConditionScaleLine !== '0001') return;
  const [set, key] = ConditionScaleLine === undefined ? [scaleOf.to, `${String(ConditionRecord)}|01|0001`] : ['A_SlsPrcgConditionRecord', String(ConditionRecord)];
  const row = to.get(set, key);
  if (row) to.put(set, touched(row, { ConditionRateValue, ConditionRateAmount, ConditionScaleQuantity }, now));
}

function addLine(system: System, to: Transaction, parent: Row | undefined, values: Row): Row {
  const record = to.get('A_SlsPrcgConditionRecord', String((parent ?? values).ConditionRecord));
  if (!record) throw new ODataError(400, { code: 'VK/404', message: 'The condition record does not exist', target: 'ConditionRecord' });
  const { ConditionRecord: number = '' } = record;
  const scale = [...to.related(record, scaleOf), values];
  const [first, ...others] = scaleRefusals(record, scale);
  if (first) throw new ODataError(400, first, ...others);
  writeCondition(to, String(number), { record, validity: [], scale }, system.now());
  const line = to.get(scaleOf.to, `${String(number)}|01|${String(scale.length).padStart(4, '0')}`);
  if (!line) throw framework.noSegment(scaleOf.to);
  return line;
}

/** A period with the keys of its condition type. */
function keyed(record: Row, row: Row): Row { return { ...row, ConditionType: record.ConditionType ?? '' }; }

/** What the system finds out itself: the base unit, and how many of it one of the unit is. */
function withUnits(to: Transaction, record: Row, [period = {}]: Row[]): Row {
  const material = to.get('A_Product', String(period.Material));
  if (!material || recordTypes[String(record.ConditionType)] !== 'C') return record;
  const unit = unitBy(String(record.ConditionQuantityUnit ?? material.BaseUnit))?.external ?? String(record.ConditionQuantityUnit);
  const row = to.get('A_ProductUnitsOfMeasure', `${String(material.Product)}|${unit}`);
  return {
    ...record, ConditionQuantity: record.ConditionQuantity ?? '1', ConditionQuantityUnit: unit, BaseUnit: material.BaseUnit ?? '',
    ConditionToBaseQtyNmrtr: row?.QuantityNumerator ?? '0', ConditionToBaseQtyDnmntr: row?.QuantityDenominator ?? '0',
  };
}

/** Everything the system refuses a condition for. Codes are message class and number. */
function refusals(to: Transaction, record: Row, validity: Row[], scale: Row[]): Detail[] {
  const found: Detail[] = [];
  const refuse = (code: string, message: string, target: string): void => { found.push({ code, message, target }); };
  const text = (name: string): string => String(record[name] ?? '');
  const calculation = recordTypes[text('ConditionType')];
  const fields = conditionTables[text('ConditionTable')];
  if (calculation === undefined) refuse('VK/087', `Condition type ${text('ConditionType')} is not defined`, 'ConditionType');
  if (!fields) refuse('VK/023', `Condition table ${text('ConditionTable')} is not defined`, 'ConditionTable');
  if (text('ConditionRateValue') === '' && scale.length === 0) refuse('VK/144', 'Enter a rate', 'ConditionRateValue');
  if (calculation === 'C' && !(text('ConditionRateValueUnit') in currencies)) refuse('VK/154', `Currency ${text('ConditionRateValueUnit')} is not defined`, 'ConditionRateValueUnit');
  if (calculation === 'A' && text('ConditionRateValueUnit') !== '%') refuse('VK/155', 'The rate of this condition type is in percent', 'ConditionRateValueUnit');
  if (calculation === 'C' && text('ConditionToBaseQtyDnmntr') === '0') refuse('VK/781', `Unit ${text('ConditionQuantityUnit')} is not defined for the material`, 'ConditionQuantityUnit');
  if (validity.length === 0) refuse('VK/203', 'Enter a validity period', 'to_SlsPrcgCndnRecdValidity');
  validity.forEach((row, i) => { if (fields) checkPeriod(to, row, fields, `to_SlsPrcgCndnRecdValidity/${String(i)}`, refuse); });
  return [...found, ...scaleRefusals(record, scale)];
}

/** What a period of any condition table may have. */
const shared = [
  'SalesOrganization', 'DistributionChannel', 'ConditionValidityStartDate', 'ConditionValidityEndDate', 'ConditionRecord', 'ConditionType', 'ConditionApplication',
];

function checkPeriod(to: Transaction, row: Row, fields: readonly string[], target: string, refuse: (code: string, message: string, target: string) => void): void {
  if (row.SalesOrganization !== organisation.salesOrganization) refuse('VK/301', `Sales organization ${String(row.SalesOrganization ?? '')} is not defined`, `${target}/SalesOrganization`);
  if (row.DistributionChannel !== organisation.distributionChannel) refuse('VK/302', `Distribution channel ${String(row.DistributionChannel ?? '')} is not defined`, `${target}/DistributionChannel`);
  for (const name of fields) if (!row[name]) refuse('VK/119', `${name} is a key of the condition table and must be filled`, `${target}/${name}`);
  const known = new Set([...fields, ...shared]);
  for (const name of Object.keys(row)) if (!known.has(name) && row[name] !== '') refuse('VK/120', `${name} is no key of the condition table`, `${target}/${name}`);
  if (row.Material && !to.get('A_Product', String(row.Material))) refuse('M3/305', `The material ${String(row.Material)} does not exist or is not activated`, `${target}/Material`);
  if (row.Customer && !to.get('A_Customer', String(row.Customer))) refuse('VP/199', `Customer ${String(row.Customer)} does not exist`, `${target}/Customer`);
  const [from, through] = [row.ConditionValidityStartDate, row.ConditionValidityEndDate].map((value) => typeof value === 'string' ? msOf(value) : NaN);
  if (!(Number(from) <= Number(through))) refuse(backwards.code, backwards.message, `${target}/ConditionValidityEndDate`);
}

function scaleRefusals(record: Row, scale: Row[]): Detail[] {
  const quantities = scale.map((line) => new Big(String(line.ConditionScaleQuantity ?? '0')));
  const sinks = quantities.findIndex((quantity, i) => i > 0 && quantity.lte(quantities[i - 1] ?? 0));
  if (sinks > 0) return [{ code: 'VK/066', message: 'The lines of a scale must ascend', target: `to_SlsPrcgCndnRecordScale/${String(sinks)}/ConditionScaleQuantity` }];
  const own = [undefined, '', record.ConditionRateValueUnit];
  const foreign = scale.findIndex((line) => !own.includes(line.ConditionRateValueUnit) || !own.includes(line.ConditionCurrency));
  if (foreign < 0) return [];
  return [{ code: 'VK/067', message: 'A scale is in the currency of its condition', target: `to_SlsPrcgCndnRecordScale/${String(foreign)}/ConditionCurrency` }];
}
