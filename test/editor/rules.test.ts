import assert from 'node:assert/strict';
import { scheduleOf } from '../../nodes/b2b-retry/schedule.editor';
import { applies, refusal, refusals } from '../../nodes/common/settings-check.editor';
import type { SettingField } from '../../lib/connectors/contract';

const fields: SettingField[] = [
  { name: 'auth', type: 'select', options: ['basic', 'oauth'], default: 'basic', doc: '' },
  { name: 'grant', type: 'select', options: ['code', 'client'], when: { auth: ['oauth'] }, doc: '' },
  { name: 'client', type: 'text', required: true, pattern: '^\\d{3}$', when: { grant: ['client'] }, doc: '' },
  { name: 'pages', type: 'number', min: 1, max: 100, doc: '' },
  { name: 'password', type: 'secret', required: true, doc: '' },
];
const field = (name: string): SettingField => fields.find((one) => one.name === name) ?? assert.fail(name);

describe('rules of the settings form', () => {
  it('a field applies when what it depends on has the value, also by default', () => {
    assert.equal(applies(field('grant'), fields, {}), false);
    assert.equal(applies(field('grant'), fields, { auth: 'oauth' }), true);
  });

  it('a field that depends on a hidden one is hidden, whatever that one holds', () => {
    assert.equal(applies(field('client'), fields, { auth: 'basic', grant: 'client' }), false);
    assert.equal(applies(field('client'), fields, { auth: 'oauth', grant: 'client' }), true);
  });

  it('only what applies is judged, and secrets are not known to the editor', () => {
    assert.deepEqual(refusals(fields, { client: 'x' }), []);
    assert.deepEqual(refusals(fields, { auth: 'oauth', grant: 'client', client: '12' }).map(({ field: { name }, refusal: { rule } }) => [name, rule]), [['client', 'pattern']]);
  });

  it('blank is right where a field is optional or has a default, and references are judged at the start', () => {
    assert.equal(refusal(field('pages'), ''), undefined);
    assert.equal(refusal({ ...field('client'), default: '100' }, ' '), undefined);
    assert.deepEqual(refusal(field('client'), ' '), { rule: 'required' });
    assert.equal(refusal(field('client'), '${CLIENT}'), undefined);
  });

  it('numbers keep their limits', () => {
    assert.equal(refusal(field('pages'), 100), undefined);
    for (const value of [0, 101, 'many']) assert.deepEqual(refusal(field('pages'), value), { rule: 'number', min: 1, max: 100 });
  });
});

describe('schedule of a retry node', () => {
  const hour = 3600;

  it('doubles up to the longest wait and ends with the tries', () => {
    const { first, more, longest, end, limit } = scheduleOf({ maxTries: 10, base: 1, cap: 300, maxAge: 72 });
    assert.deepEqual([first, more, longest, limit], [[1, 2, 4], true, 300, 'tries']);
    assert.equal(end, 1 + 2 + 4 + 8 + 16 + 32 + 64 + 128 + 256 + 300);
  });

  it('ends with the age when that comes first', () => {
    const { end, limit } = scheduleOf({ maxTries: 1000, base: 1, cap: 300, maxAge: 72 });
    assert.deepEqual([end, limit], [72 * hour, 'age']);
  });

  it('names no wait that never comes', () => {
    const { first, more, longest } = scheduleOf({ maxTries: 2, base: 10, cap: 15, maxAge: 1 });
    assert.deepEqual([first, more, longest], [[10, 15], false, 15]);
  });
});
