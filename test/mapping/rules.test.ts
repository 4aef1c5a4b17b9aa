import assert from 'node:assert/strict';
import fc from 'fast-check';
import { compileMapping, type Rule } from '../../lib/mapping';
import { ConfigError, DataError } from '../../lib/errors';
import { example } from '../documents/documents';
import { documentOf, mapped, refused } from './mapping';

const order = example('order');

describe('mapping', () => {
  it('maps the order of the design', () => {
    const mapping = compileMapping({
      mapping: 1, source: 'urn:b2b-sync:order:v1', target: 'sap-s4hana:A_SalesOrder',
      rules: [
        { to: 'SoldToParty', from: 'buyerParty.customerNumber', required: true },
        { to: 'PurchaseOrderByCustomer', from: 'orderNumber' },
        { to: 'SalesOrderType', value: 'OR' },
        { to: 'to_Item[]', each: 'lines', when: "lineKind = 'product'", rules: [
          { to: 'Material', from: 'item.sku', lookup: 'materials' },
          { to: 'RequestedQuantityUnit', from: 'quantity.unitCode', codes: 'units' }] }],
    }, { codes: { units: { XBX: 'BOX', C62: 'PC' } }, tables: { materials: new Map([['HX-M8-A2-100', '1000'], ['PUMP-CR5', '2000']]) } });
    assert.equal(mapping.isAsync, false);
    assert.equal(mapping.target, 'sap-s4hana:A_SalesOrder');
    assert.deepEqual(mapping.map(order), {
      SoldToParty: '0000104711', PurchaseOrderByCustomer: '#B2B-10427', SalesOrderType: 'OR',
      to_Item: [{ Material: '1000', RequestedQuantityUnit: 'BOX' }, { Material: '2000', RequestedQuantityUnit: 'PC' }],
    });
  });

  describe('reads', () => {
    const document = { a: { b: { c: { d: 'deep' } }, list: ['x', 'y', 'z'], '@odata.etag': 'W/"1"' }, ids: [{ type: 'A', id: '1' }, { type: 'B', id: '2' }], empty: '' };
    const paths: [path: string, value: unknown][] = [
      ['a.b.c.d', 'deep'], ['a.b.c', { d: 'deep' }], ['a.list[0]', 'x'], ['a.list[-1]', 'z'], ['a["@odata.etag"]', 'W/"1"'], ["ids[type = 'B'].id", '2'],
      ['$root.a.b.c.d', 'deep'], ['$context.user', 'u'], ['empty', ''],
    ];
    for (const [path, value] of paths) {
      it(path, () => { assert.deepEqual(mapped([{ to: 'x', from: path }], document, { context: { user: 'u' } }), { x: value }); });
    }
    for (const path of ['a.x', 'x.y.z', 'a.list.d', 'a.list[9]', 'a.b[0]', 'empty.length', 'a.list.length', "ids[type = 'C'].id", '$parent.a', '$index', '$context.nobody']) {
      it(`${path}: nothing`, () => { assert.deepEqual(mapped([{ to: 'x', from: path }], document), {}); });
    }

    it('of several paths the first that is neither absent nor null', () => {
      const rules: Rule[] = [{ to: 'x', from: ['p', 'q', 'r'] }];
      assert.deepEqual(mapped(rules, { p: null, q: '0', r: 'later' }), { x: '0' });
      assert.deepEqual(mapped(rules, { p: null }), { x: null });
      assert.deepEqual(mapped(rules, {}), {});
    });

    it('fields called as parts of JavaScript are refused or mean nothing', () => {
      assert.deepEqual(mapped([{ to: 'x', from: 'entries' }, { to: 'y', from: 'list.entries' }], { list: [], entries: 1 }), { x: 1 });
    });
  });

  describe('writes', () => {
    it('into objects and lists, made on the way', () => {
      const rules: Rule[] = [
        { to: 'a.b', value: 1 }, { to: 'a.c.d', value: 2 }, { to: 'list[0].x', value: 3 }, { to: 'list[0].y', value: 4 }, { to: 'tags[]', value: 'p' }, { to: 'tags[]', value: 'q' },
        { to: '["@odata.type"]', value: '#T' }, { to: 'p.q.r.s', value: 5 }, { to: 'p.q.r.t', value: 6 }, { to: 'deep.tags[]', value: 7 },
      ];
      assert.deepEqual(mapped(rules, {}), {
        a: { b: 1, c: { d: 2 } }, list: [{ x: 3, y: 4 }], tags: ['p', 'q'], '@odata.type': '#T', p: { q: { r: { s: 5, t: 6 } } }, deep: { tags: [7] },
      });
    });

    it('nothing on the way to what is absent', () => { assert.deepEqual(mapped([{ to: 'a.b.c', from: 'none' }, { to: 'l[]', from: 'none' }, { to: 'm[0].x', from: 'none' }], {}), {}); });

    it('of two rules for one target the last that finds something', () => {
      const rules: Rule[] = [{ to: 'x', value: 'usual' }, { to: 'x', from: 'special', when: 'special present' }];
      assert.deepEqual(mapped(rules, {}), { x: 'usual' });
      assert.deepEqual(mapped(rules, { special: 'this' }), { x: 'this' });
    });

    it('constants that no later run finds changed', () => {
      const mapping = compileMapping(documentOf([{ to: 'x', value: { list: [1] } }, { to: 'y', from: 'none', default: ['d'] }]));
      (mapping.map({})['x'] as { list: number[] }).list.push(2);
      (mapping.map({})['y'] as string[]).push('e');
      assert.deepEqual(mapping.map({}), { x: { list: [1] }, y: ['d'] });
    });
  });

  describe('each', () => {
    const rules: Rule[] = [{ to: 'items[]', each: 'lines', when: 'quantity > 0', rules: [
      { to: 'number', from: '$position' }, { to: 'index', from: '$index' }, { to: 'order', from: '$parent.number' }, { to: 'root', from: '$root.number' }, { to: 'id', from: 'id' },
      { to: 'taxes[]', each: 'taxes', rules: [{ to: 'rate', from: '.' }, { to: 'line', from: '$parent.id' }, { to: 'order', from: '$root.number' }] }] }];

    it('makes an item of each that meets the condition, and sees parent and root', () => {
      assert.deepEqual(mapped(rules, { number: 7, lines: [{ id: 'a', quantity: '0.00' }, { id: 'b', quantity: '2', taxes: [19, 7] }] }), {
        items: [{ number: 2, index: 1, order: 7, root: 7, id: 'b', taxes: [{ rate: 19, line: 'b', order: 7 }, { rate: 7, line: 'b', order: 7 }] }],
      });
    });

    it('an absent list makes none, an empty one an empty one', () => {
      assert.deepEqual(mapped(rules, {}), {});
      assert.deepEqual(mapped(rules, { lines: null }), {});
      assert.deepEqual(mapped(rules, { lines: [] }), { items: [] });
      assert.deepEqual(refused([{ to: 'x[]', each: 'lines', required: true, rules: [] }], {}), ['required x[]: is needed (from lines)']);
      assert.deepEqual(refused([{ to: 'x[]', each: 'lines', rules: [] }], { lines: 'abc' }), ['each x[]: is not a list (from lines)']);
    });

    it('several rules may add to one list', () => {
      assert.deepEqual(mapped([
        { to: 'items[]', each: 'lines', rules: [{ to: 'sku', from: 'sku' }] }, { to: 'items[]', each: 'shipping', rules: [{ to: 'sku', value: 'FREIGHT' }] },
      ], { lines: [{ sku: 'A' }], shipping: [{}] }), { items: [{ sku: 'A' }, { sku: 'FREIGHT' }] });
    });
  });

  describe('groups', () => {
    it('read from an object, or from where they stand, and are left out if nothing is in them', () => {
      const rules: Rule[] = [
        { to: 'address', from: 'ship', rules: [{ to: 'city', from: 'city' }, { to: 'order', from: '$parent.number' }, { to: 'note', from: 'note' }] },
        { to: 'terms', rules: [{ to: 'code', from: 'terms' }] },
      ];
      assert.deepEqual(mapped(rules, { number: 1, ship: { city: 'Graz' }, terms: 'N30' }), { address: { city: 'Graz', order: 1 }, terms: { code: 'N30' } });
      assert.deepEqual(mapped(rules, { number: 1, ship: null }), {});
      assert.deepEqual(refused([{ to: 'address', from: 'ship', required: true, rules: [{ to: 'city', from: 'city' }] }], { ship: {} }), ['required address: is needed (from ship)']);
    });
  });

  describe('templates', () => {
    const template = (text: string, document: unknown): unknown => mapped([{ to: 'x', template: text }], document)['x'];
    it('put texts together', () => {
      assert.equal(template('{first} {last}', { first: 'Petra', last: 'Huber' }), 'Petra Huber');
      assert.equal(template('{first} {last}', { last: 'Huber' }), 'Huber');
      assert.equal(template('{{{n}}} {lines[0].id}', { n: 1, lines: [{ id: 'a' }] }), '{1} a');
    });
    it('are absent if all their paths are', () => { assert.equal(template('No. {n}', { n: null }), undefined); });
  });

  describe('null, absent and "0"', () => {
    const rules = (more: Partial<Rule>): Rule[] => [{ to: 'price', from: 'price', ...more }];
    const cases = [{ price: null }, {}, { price: '0' }, { price: '' }];
    it('C24 are three cases', () => { assert.deepEqual(cases.map((one) => mapped(rules({}), one)), [{ price: null }, {}, { price: '0' }, { price: '' }]); });
    it('C24 null can count as absent, by rule or for the whole mapping', () => {
      assert.deepEqual(cases.map((one) => mapped(rules({ nulls: 'omit' }), one)), [{}, {}, { price: '0' }, { price: '' }]);
      assert.deepEqual(cases.map((one) => mapped(rules({}), one, { more: { nulls: 'omit' } })), [{}, {}, { price: '0' }, { price: '' }]);
      assert.deepEqual(mapped(rules({ nulls: 'keep' }), { price: null }, { more: { nulls: 'omit' } }), { price: null });
    });
    it('C24 a default stands for what is absent, not for null or "0"', () => {
      assert.deepEqual(cases.map((one) => mapped(rules({ default: '9' }), one)), [{ price: null }, { price: '9' }, { price: '0' }, { price: '' }]);
      assert.deepEqual(mapped(rules({ default: '9', nulls: 'omit' }), { price: null }), { price: '9' });
    });
    it('C24 what is required is neither absent nor null nor blank', () => {
      assert.deepEqual(cases.map((one) => refused(rules({ required: true }), one).length), [1, 1, 0, 1]);
    });
    it('C24 null is not converted', () => { assert.deepEqual(mapped(rules({ as: { decimal: 2 } }), { price: null }), { price: null }); });
  });

  describe('codes and look-ups', () => {
    const rules: Rule[] = [{ to: 'lines[]', each: 'lines', rules: [{ to: 'unit', from: 'quantity.unit', codes: 'units' }, { to: 'material', from: 'sku', lookup: 'materials' }] }];
    const known = { codes: { units: { C62: 'PC' } }, tables: { materials: { A: '1000' } } };

    it('unknown ones name the value, the list and both fields; all are listed', () => {
      const document = { lines: [{ quantity: { unit: 'C62' }, sku: 'A' }, { quantity: { unit: 'XBX' }, sku: 'B' }, { quantity: { unit: 'KGM' }, sku: 'A' }] };
      assert.deepEqual(refused(rules, document, known), [
        'codes lines[1].unit: "XBX" is not in the code list "units" (from lines[1].quantity.unit)',
        'lookup lines[1].material: "B" is not in the table "materials" (from lines[1].sku)',
        'codes lines[2].unit: "KGM" is not in the code list "units" (from lines[2].quantity.unit)',
      ]);
    });

    it('what is no text is refused, whatever its toString', () => {
      assert.deepEqual(refused(rules, { lines: [{ quantity: { unit: { toString: '' } }, sku: ['A'] }] }, known), [
        'codes lines[0].unit: is not a text (from lines[0].quantity.unit)', 'lookup lines[0].material: is not a text (from lines[0].sku)',
      ]);
    });

    it('the index in the target counts what was left out', () => {
      const some: Rule[] = [{ ...rules[0] as Rule, when: "sku != 'A'" }];
      assert.deepEqual(refused(some, { lines: [{ quantity: { unit: 'C62' }, sku: 'A' }, { quantity: { unit: 'C62' }, sku: 'B' }] }, known), ['lookup lines[0].material: "B" is not in the table "materials" (from lines[1].sku)']);
    });

    it('lists may stand in the document, have an entry for all others, and give what is no text', () => {
      const more = { codes: { flags: { true: 1, '*': 0 }, own: { a: 'document' } } };
      assert.deepEqual(mapped([{ to: 'x', from: 'yes', codes: 'flags' }, { to: 'y', from: 'no', codes: 'flags' }, { to: 'z', from: 'a', codes: 'own' }], { yes: true, no: 'whatever', a: 'a' }, { more, codes: { own: { a: 'caller' } } }), { x: 1, y: 0, z: 'caller' });
    });

    it('tables are read at each use, as map, object or function', () => {
      const table = new Map<string, string>();
      const mapping = compileMapping(documentOf([{ to: 'x', from: 'k', lookup: 't' }, { to: 'y', from: 'k', lookup: 'f' }]), { tables: { t: table, f: (key) => key.length } });
      assert.throws(() => mapping.map({ k: 'toString' }), DataError);
      table.set('toString', 'found');
      assert.deepEqual(mapping.map({ k: 'toString' }), { x: 'found', y: 8 });
      assert.equal(refused([{ to: 'x', from: 'k', lookup: 'o' }], { k: 'toString' }, { tables: { o: {} } }).length, 1);
    });
  });

  it('throws DataError DATA_MAPPING with record, mapping and issues', () => {
    const mapping = compileMapping(documentOf([{ to: 'x', from: 'a', required: true }]), { name: 'orders to SAP' });
    assert.throws(() => mapping.map({}, {}, 'order #1'), (error: unknown) => {
      assert.ok(error instanceof DataError);
      assert.equal(error.code, 'DATA_MAPPING');
      assert.equal(error.message, 'order #1 cannot be mapped by orders to SAP. x: is needed (from a) (required).');
      assert.equal(error.cause.record, 'order #1');
      return true;
    });
  });

  describe('is pure', () => {
    const line = fc.record({ id: fc.string(), tip: fc.option(fc.boolean(), { nil: undefined }), sku: fc.option(fc.constantFrom('A', 'B'), { nil: undefined }), price: fc.option(fc.constantFrom('1.5', '0', null), { nil: undefined }) }, { noNullPrototype: true });
    const mapping = compileMapping(documentOf([
      { to: 'count', value: 1 },
      { to: 'items[]', each: 'lines', rules: [
        { to: 'id', from: 'id' }, { to: 'kind', value: 'tip', when: 'tip = true' }, { to: 'material', from: 'sku', lookup: 'materials' }, { to: 'price.value', from: 'price', default: '0.00' },
        { to: 'tags[]', from: 'sku' }, { to: 'item', rules: [{ to: 'sku', from: 'sku' }] }] },
    ]), { tables: { materials: { A: '1', B: '2' } } });

    it('C32 the order of lines never changes another line', () => {
      fc.assert(fc.property(fc.array(line, { maxLength: 8 }), fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true })), (lines, random) => {
        const alone = lines.map((one) => (mapping.map({ lines: [one] })['items'] as unknown[])[0]);
        const order = lines.map((_, i) => ({ i, at: random.next().value as number })).sort((a, b) => a.at - b.at).map(({ i }) => i);
        const shuffled = mapping.map({ lines: order.map((i) => lines[i]) })['items'];
        assert.deepEqual(shuffled, order.map((i) => alone[i]));
      }));
    });

    it('C32 the input is never changed, and the same input gives the same output', () => {
      const freeze = <T>(value: T): T => { if (typeof value === 'object' && value !== null) { Object.values(value).forEach(freeze); Object.freeze(value); } return value; };
      fc.assert(fc.property(fc.array(line, { maxLength: 5 }), (lines) => {
        const document = freeze({ lines: structuredClone(lines) });
        assert.deepEqual(mapping.map(document), mapping.map(document));
        assert.deepEqual(document, { lines });
      }));
    });
  });

  describe('with JSONata', () => {
    const rules: Rule[] = [
      { to: 'total', expr: '$sum(lines.amount)' },
      { to: 'items[]', each: 'lines', when: 'amount > 1', rules: [{ to: 'label', expr: '$uppercase(id) & "/" & $root.number & $context.suffix & $string($index)' }, { to: 'id', from: 'id' }] },
      { to: 'ids', expr: 'lines.id' }, { to: 'none', expr: 'nothing', default: 'd' }, { to: 'group', rules: [{ to: 'first', expr: 'lines[0].id', as: 'upper' }] },
    ];
    const document = { number: 7, lines: [{ id: 'a', amount: 1 }, { id: 'b', amount: 2 }, { id: 'c', amount: 3 }] };

    it('gives the same through the asynchronous way', async () => {
      const mapping = compileMapping(documentOf(rules));
      assert.equal(mapping.isAsync, true);
      assert.deepEqual(await mapping.mapAsync(document, { suffix: '!' }), {
        total: 6, items: [{ label: 'B/7!1', id: 'b' }, { label: 'C/7!2', id: 'c' }], ids: ['a', 'b', 'c'], none: 'd', group: { first: 'A' },
      });
      assert.throws(() => mapping.map(document), (error: unknown) => error instanceof ConfigError && error.code === 'CONFIG_MAPPING_ASYNC');
    });

    it('every mapping has the asynchronous way', async () => {
      assert.deepEqual(await compileMapping(documentOf([{ to: 'x', from: 'number' }])).mapAsync(document), { x: 7 });
      await assert.rejects(compileMapping(documentOf([{ to: 'x', from: 'none', required: true }])).mapAsync(document), DataError);
    });

    it('lists every expression that fails, without the values in it', async () => {
      const mapping = compileMapping(documentOf([{ to: 'x', expr: '$number(lines[0].id)' }, { to: 'y', expr: '$number(lines[1].id)', required: true }]));
      await assert.rejects(mapping.mapAsync({ lines: [{ id: 'a' }, { id: 'secret' }] }), (error: unknown) => {
        assert.ok(error instanceof DataError);
        assert.deepEqual(error.cause.issues?.map(({ path, rule }) => `${rule} ${path}`), ['expr x', 'expr y', 'required y']);
        assert.ok(!error.message.includes('secret'));
        return true;
      });
    });
  });
});
