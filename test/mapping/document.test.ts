import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { ConfigError } from '../../lib/errors';
import { checkMapping, compileMapping } from '../../lib/mapping';
import { documentOf, faults } from './mapping';

describe('a mapping document', () => {
  it('of bad form is refused with every fault and its place', () => {
    assert.deepEqual(checkMapping({ mapping: 2, source: '', rules: [{ too: 'x' }, { to: 'y', from: 7, as: 'money', required: 'yes' }, { to: 'z', as: { decimal: 2, cut: 3 } }] }).map(({ path, message }) => `${path}: ${message}`), [
      'target: is missing', 'mapping: must be 1', 'source: must NOT have fewer than 1 characters', 'rules[0].to: is missing', 'rules[0].too: is not a field of this document',
      'rules[1].from: has none of the forms allowed here', 'rules[1].required: must be boolean', 'rules[1].as: has none of the forms allowed here', 'rules[2].as: has none of the forms allowed here',
    ]);
    assert.deepEqual(checkMapping('text').length, 1);
  });

  it('throws ConfigError that lists what is wrong', () => {
    assert.throws(() => compileMapping(documentOf([{ to: 'a', from: 'b..c' }]), { name: 'mine' }), (error: unknown) => {
      assert.ok(error instanceof ConfigError);
      assert.equal(error.code, 'CONFIG_MAPPING');
      assert.equal(error.message, 'The mapping mine cannot be used. rules[0].from: expected a name at character 3 (syntax).');
      assert.deepEqual(error.cause.issues?.map(({ path }) => path), ['rules[0].from']);
      return true;
    });
  });

  const cases: [what: string, rules: unknown[], faults: string[]][] = [
    ['a rule has one source', [{ to: 'x', from: 'a', value: 1 }, { to: 'y' }], ['rules[0]: has from and value: only one of them can be the source', 'rules[1]: needs a source: from, value, template, expr or each']],
    ['each has rules and a list as its target', [{ to: 'x[]', each: 'a' }, { to: 'y', each: 'a', rules: [] }], ['rules[0]: needs rules for the items of each', 'rules[1]: has each, so its target must end in []']],
    ['rules go with each or from', [{ to: 'x', value: 1, rules: [] }, { to: 'y', from: 'a', rules: [], as: 'string' }], ['rules[0]: has rules, which go with each or from only', 'rules[1]: has rules and as, which goes with single values only']],
    ['lists and tables are known', [{ to: 'x', from: 'a', codes: 'unit' }, { to: 'y', from: 'a', lookup: 'm' }], ['rules[0].codes: there is no code list "unit"; there are units', 'rules[1].lookup: there is no table "m"']],
    ['faults in rules of rules have their place', [{ to: 'x[]', each: 'a', rules: [{ to: 'y', template: '{a' }, { to: 'z', from: ['a', '['] }] }],
      ['rules[0].rules[0].template: the { has no } at character 1', 'rules[0].rules[1].from[1]: expected a path such as item.sku at character 2']],
    ['targets can be read', [{ to: 'a b', value: 1 }, { to: '[0]', value: 1 }, { to: '__proto__.x', value: 1 }, { to: 'a[].b', value: 1 }], [
      'rules[0].to: expected a name, ["name"], [0] or, at the end, [] at character 2', 'rules[1].to: expected the name of a field at character 1',
      'rules[2].to: "__proto__" cannot be the name of a field at character 1', 'rules[3].to: expected a name, ["name"], [0] or, at the end, [] at character 2']],
    ['a target is a value, an object or a list', [{ to: 'a', value: 1 }, { to: 'a.b', value: 1 }, { to: 'c.d', value: 1 }, { to: 'c[]', value: 1 }],
      ['rules[1].to: another rule makes a value, this one an object of a: at character 1', 'rules[3].to: another rule makes an object, this one a list of c: at character 1']],
    ['JSONata can be read', [{ to: 'x', expr: '$sum(a' }], ['rules[0].expr: Expected ")" before end of expression at character 6']],
    ['the zone of a date is a path', [{ to: 'x', from: 'a', as: { date: '..' } }], ['rules[0].as.date: expected a name at character 3']],
  ];
  for (const [what, rules, expected] of cases) {
    it(what, () => { assert.deepEqual(faults(rules, { codes: { units: {} } }), expected); });
  }

  it('cannot reach JavaScript through paths', () => {
    for (const from of ['__proto__.x', 'constructor.name', 'a["__proto__"]', 'a.toString']) assert.match(faults([{ to: 'x', from }])[0] ?? '', /cannot be the name of a field/, from);
  });

  it('in the reference of the format is a good one', () => {
    const blocks = [...readFileSync('docs/mapping.md', 'utf8').matchAll(/```json\n(\{ "mapping": 1[\s\S]*?)\n```/g)].map((match) => match[1] ?? '');
    assert.ok(blocks.length > 0);
    for (const block of blocks) assert.deepEqual(checkMapping(JSON.parse(block), { codes: { units: {} }, tables: { materials: {}, customers: {} } }), [], block);
  });
});
