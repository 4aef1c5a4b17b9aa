import assert from 'node:assert/strict';
import fc from 'fast-check';
import { compileMapping, type Rule } from '../../lib/mapping';
import type { Native } from '../../lib/connectors/contract';
import { sapS4hana } from '../../lib/connectors/sap-s4hana';
import { example } from '../documents/documents';
import { documentOf } from './mapping';

/** Whoever changes a frozen object throws. */
function frozen<T>(value: T): T {
  if (typeof value === 'object' && value !== null) {
    Object.values(value).forEach(frozen);
    Object.freeze(value);
  }
  return value;
}

describe('mapping is pure', () => {
  const names = ['a', 'b', 'c', 'lines'] as const;
  const leaf = fc.oneof(fc.constantFrom('1', '2.50', 'x', '', 'EA', null), fc.integer({ min: -5, max: 5 }), fc.boolean());
  const { document } = fc.letrec<{ document: unknown; value: unknown }>((tie) => ({
    document: fc.dictionary(fc.constantFrom(...names), tie('value'), { noNullPrototype: true }),
    value: fc.oneof({ maxDepth: 3 }, leaf, tie('document'), fc.array(tie('document'), { maxLength: 3 })),
  }));
  const path = fc.constantFrom('a', 'b', 'a.b', 'lines[0].a', 'lines[-1]', 'lines', "lines[a = 'x'].b", '$root.b', '$context.user', '$parent.a', '$index');
  const target = fc.constantFrom('p', 'q', 'p2.r', 'list[]', 'list2[0].s', 'deep.t[]');
  const { rule } = fc.letrec<{ rule: Rule }>((tie) => ({
    rule: fc.oneof({ maxDepth: 2 },
      fc.record({ to: target, from: path, default: fc.constantFrom('d', 0) }, { requiredKeys: ['to', 'from'] }),
      fc.record({ to: target, from: path, codes: fc.constant('units') }), fc.record({ to: target, from: path, lookup: fc.constant('numbers') }),
      fc.record({ to: target, value: fc.constantFrom<unknown>('v', 1, { nested: ['object'] }) }), fc.record({ to: target, from: path, when: fc.constantFrom("a = 'x'", 'b = 1') }),
      fc.record({ to: fc.constantFrom('items[]', 'more[]'), each: fc.constant('lines'), rules: fc.array(tie('rule'), { minLength: 1, maxLength: 3 }) }),
    ),
  }));

  it('C32 whatever the rules: input, tables and context stay as they are, and no run knows of another', () => {
    const options = frozen({ codes: { units: { EA: 'PC' } }, tables: { numbers: { x: '100', 1: '1' } } });
    const context = frozen({ user: { name: 'u' } });
    let ran = 0;
    fc.assert(fc.property(fc.array(rule, { minLength: 1, maxLength: 5 }), document, document, (rules, one, other) => {
      let mapping;
      try {
        mapping = compileMapping(frozen(documentOf(structuredClone(rules))), options);
      } catch { return; } // two rules that write the same place, and the like
      ran++;
      const run = (input: unknown): unknown => {
        try {
          return structuredClone(mapping.map(input, context));
        } catch (error) {
          assert.equal((error as { code?: string }).code, 'DATA_MAPPING', String(error));
          return (error as { cause: unknown }).cause;
        }
      };
      const [a, b] = [frozen(structuredClone(one)), frozen(structuredClone(other))];
      const first = run(a);
      run(b);
      assert.deepEqual(run(a), first);
      assert.deepEqual(run(structuredClone(one)), first);
    }), { numRuns: 60 });
    assert.ok(ran > 10, `only ${String(ran)} mappings could be used`);
  });

  it("C32 an order for SAP: the order of its lines changes none of them, and the shop's document stays as it is", () => {
    const order = example('order');
    const erp = sapS4hana.connect({
      settings: { baseUrl: 'https://erp.example', auth: 'basic', user: 'u', salesOrganization: '1710', distributionChannel: '10', division: '00', orderType: 'OR' }, secrets: { password: 'p' },
    });
    const lines = order.lines;
    fc.assert(fc.property(fc.shuffledSubarray(lines, { minLength: lines.length }), (shuffled) => {
      const input = frozen(structuredClone({ ...order, lines: shuffled })) as unknown as Native;
      const sorted = (document: Native): unknown => (document['to_Item'] as Native[])
        .map(({ SalesOrderItem: _place, ...item }) => JSON.stringify(item)).sort();
      assert.deepEqual(sorted(erp.fromCanonical('order', input)), sorted(erp.fromCanonical('order', order as unknown as Native)));
    }), { numRuns: 20 });
    return erp.close();
  });
});
