import { currentValue, prepareForm } from './form.editor';
import { offerSupported } from './support.editor';
import type { EditedNode } from './text.editor';
import { isBlank, validator } from './validate.editor';

/** What the commerce and the ERP node have in common. */
export interface RecordProps {
  system: string; operation: string; entity: string; property: string; native: string; dryRun: boolean;
  key: string; keyType: string; updatedSince: string; updatedSinceType: string; pageSize: string; listOutput: string;
}

const values = ['msg', 'flow', 'global', 'str', 'jsonata', 'env'] as const;

/** Sets up the typed inputs of a node that reads or writes one kind of record. */
export function prepareRecordForm(node: EditedNode): void {
  const typed = { key: [...values], updatedSince: ['str', ...values.filter((type) => type !== 'str')] as (typeof values[number])[] };
  for (const [property, types] of Object.entries(typed)) {
    $(`#node-input-${property}`).typedInput({ types, typeField: `#node-input-${property}Type` });
  }
  for (const property of ['property', 'native']) $(`#node-input-${property}`).typedInput({ types: ['msg'] });
  prepareForm(node, 'node-input');
  offerSupported();
}

/** The label of an unnamed node: `create order`. */
export function recordLabel({ _, operation, entity }: EditedNode & RecordProps): string {
  const number = operation === 'list' ? 'entities' : 'entity';
  return _('common.label.auto', { operation: _(`common.operation.${operation}`), entity: _(`common.${number}.${entity}`) });
}

const is = (node: EditedNode, property: string, ...wanted: string[]): boolean => wanted.includes(currentValue(node, 'node-input', property));

/** The id or reference is needed to get or find one record. */
export const keyWhenRead = validator(function (value) {
  return !is(this, 'operation', 'get', 'find') || !isBlank(value) || this._('common.validate.required');
});

/** The document is needed to write one. */
export const documentWhenWritten = validator(function (value) {
  return !is(this, 'operation', 'create', 'upsert', 'update', 'cancel', 'link', 'unlink') || !isBlank(value) || this._('common.validate.required');
});

/** A fixed time must be ISO 8601; any other source is judged when the message comes. */
export const sinceTime = validator(function (value) {
  if (isBlank(value) || !is(this, 'operation', 'list') || !is(this, 'updatedSinceType', 'str')) return true;
  return /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d))?$/.test(String(value)) || this._('common.validate.time');
});

/** A substitute record is needed where the policy says `default` and orders are created. */
export function substituteFor(policy: string): (value: string) => boolean {
  return validator(function (value) {
    const asked = is(this, policy, 'default') && is(this, 'operation', 'create', 'upsert') && is(this, 'entity', 'order');
    return !asked || !isBlank(value) || this._('common.validate.required');
  });
}
