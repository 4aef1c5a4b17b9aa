import assert from 'node:assert/strict';
import { parseCondition, parsePath } from '../../lib/mapping/syntax';
import { faults, mapped } from './mapping';

const document = {
  kind: 'product', quantity: { value: '2.50' }, zero: '0.00', big: '12345678901234567890.01', date: '2026-11-23', gift: false, nothing: null, blank: '', tags: ['b2b', 'vip'],
  name: "O'Neill", present: 'a field', 'odd name': 1, lines: [{ kind: 'tip' }, { kind: 'product', price: '7' }], other: 'product',
};

const holds = (when: string): boolean => 'x' in mapped([{ to: 'x', value: 1, when }], document);

describe('conditions of a mapping', () => {
  const yes = [
    "kind = 'product'", 'kind = "product"', "kind != 'tip'", 'kind = other', "name = 'O''Neill'", 'gift = false', 'nothing = null', 'quantity.value = 2.5', 'zero = 0', "zero != '0'",
    'quantity.value > 2', 'quantity.value >= 2.50', 'quantity.value < 10', 'zero <= 0', 'big > 12345678901234567890', "date >= '2026-11-01'", "date < '2026-12-01'",
    "kind in ('tip', 'product')", "kind not in ('tip')", 'gift in (false, null)', 'nothing in (null)', 'quantity.value in (1, 2.5)',
    'kind present', 'blank present', 'gift present', 'none absent', 'nothing null', 'not nothing present', 'not nothing absent', 'present present',
    "tags contains 'vip'", "kind contains 'prod'", "not tags contains 'x'",
    "kind = 'tip' or kind = 'product'", "kind = 'product' and (gift = true or zero = 0)", "not (kind = 'tip' and gift = false)", "kind = 'product' or kind = 'tip' and gift = true",
    '["odd name"] = 1', "lines[0].kind = 'tip'", "lines[-1].kind = 'product'", "lines[kind = 'product'].price = 7", "lines[kind = $root.kind].price present", "KIND absent", "kind  =\t'product'  AND NOT gift = true",
    'none != 1', "none != 'x'",
  ];
  for (const when of yes) it(`${when}: yes`, () => { assert.equal(holds(when), true); });

  const no = [
    "kind = 'Product'", "zero = '0'", 'blank = 0', 'nothing = 0', 'none = null', 'nothing absent', 'none null', 'none present', 'nothing present', 'gift = null', 'kind > 1', 'none > 0', 'none < 0',
    'nothing <= 0', "kind in ('tip')", "none contains 'x'", 'gift = 0', "kind = 'tip' and none = 1 or gift = true", "lines[kind = 'gift'].price present",
  ];
  for (const when of no) it(`${when}: no`, () => { assert.equal(holds(when), false); });

  const wrong: [when: string, message: string][] = [
    ['', 'must NOT have fewer than 1 characters'],
    ['kind', 'expected =, !=, <, <=, >, >=, in, contains, present, absent or null at character 5'],
    ["kind == 'a'", 'expected a path such as item.sku at character 7'],
    ["kind = 'a", "the text that begins with ' has no end at character 8"],
    ["kind in 'a'", 'expected ( at character 9'], ["kind in ('a' 'b')", 'expected ) at character 14'], ['kind in (other)', 'a list holds only texts, numbers, true, false and null, not paths; at character 15'],
    ["(kind = 'a'", 'expected ) at character 12'], ["kind = 'a' kind = 'b'", 'unexpected "kind = \'b\'" at character 12'], ["kind = 'a' and", 'expected a path such as item.sku at character 15'],
    ['a..b = 1', 'expected a name at character 3'], ['a[ = 1', 'expected a path such as item.sku at character 4'], ['kind not 1', 'expected in (…) at character 10'], ['constructor = 1', '"constructor" cannot be the name of a field at character 1'],
    ['$index.x = 1', 'nothing can follow $index at character 9'],
  ];
  for (const [when, message] of wrong) {
    it(`${when === '' ? '(blank)' : when}: ${message}`, () => { assert.deepEqual(faults([{ to: 'x', value: 1, when }]), [`rules[0].when: ${message}`]); });
  }

  it('bind not before and before or', () => {
    const { kind } = parseCondition("not a = 1 and b = 2 or c = 3");
    assert.equal(kind, 'or');
  });

  it('keep the text of their paths', () => { assert.equal(parsePath("ids[type = 'A'].id").text, "ids[type = 'A'].id"); });
});
