import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import {
  buildClientSchema, isEnumType, isInputObjectType, isInterfaceType, isObjectType, isSpecifiedScalarType, isUnionType, parse,
  specifiedDirectives, validate,
  type GraphQLArgument, type GraphQLSchema, type IntrospectionQuery,
} from 'graphql';
import { adminSchema } from '../../sandbox/shopify/schema';
import { contract, needsContract } from '../support/contracts';

function published(version: string): GraphQLSchema {
  const text = gunzipSync(readFileSync(contract(`shopify/admin-graphql-${version}.introspection.json.gz`))).toString();
  return buildClientSchema((JSON.parse(text) as { data: IntrospectionQuery }).data);
}

/** Everything in `part` that `whole` does not have in the same way. */
function differences(part: GraphQLSchema, whole: GraphQLSchema): string[] {
  const found: string[] = [];
  const compareArguments = (at: string, ours: readonly GraphQLArgument[], theirs: readonly GraphQLArgument[]): void => {
    for (const ours1 of ours) {
      const match = theirs.find((one) => one.name === ours1.name);
      if (!match) found.push(`${at}(${ours1.name}:) does not exist`);
      else if (String(match.type) !== String(ours1.type)) found.push(`${at}(${ours1.name}:) is ${String(match.type)}, not ${String(ours1.type)}`);
      else if (JSON.stringify(match.defaultValue ?? null) !== JSON.stringify(ours1.defaultValue ?? null)) found.push(`${at}(${ours1.name}:) has another default`);
    }
    for (const needed of theirs.filter((one) => String(one.type).endsWith('!') && one.defaultValue === undefined)) {
      if (!ours.some((one) => one.name === needed.name)) found.push(`${at}(${needed.name}:) is required`);
    }
  };
  for (const type of Object.values(part.getTypeMap())) {
    if (type.name.startsWith('__') || isSpecifiedScalarType(type)) continue;
    const match = whole.getType(type.name);
    if (!match || match.constructor !== type.constructor) { found.push(`${type.name} does not exist`); continue; }
    if (isEnumType(type) && isEnumType(match)) {
      for (const { name } of type.getValues()) if (!match.getValue(name)) found.push(`${type.name}.${name} does not exist`);
    }
    if (isUnionType(type) && isUnionType(match)) {
      for (const { name } of type.getTypes()) if (!match.getTypes().some((one) => one.name === name)) found.push(`${type.name} does not include ${name}`);
    }
    if ((isObjectType(type) || isInterfaceType(type)) && (isObjectType(match) || isInterfaceType(match))) {
      for (const { name } of type.getInterfaces()) if (!match.getInterfaces().some((one) => one.name === name)) found.push(`${type.name} does not implement ${name}`);
      for (const field of Object.values(type.getFields())) {
        const theirs = match.getFields()[field.name];
        if (!theirs) { found.push(`${type.name}.${field.name} does not exist`); continue; }
        if (String(theirs.type) !== String(field.type)) found.push(`${type.name}.${field.name} is ${String(theirs.type)}, not ${String(field.type)}`);
        compareArguments(`${type.name}.${field.name}`, field.args, theirs.args);
      }
    }
    if (isInputObjectType(type) && isInputObjectType(match)) {
      if (type.isOneOf !== match.isOneOf) found.push(`${type.name} differs in @oneOf`);
      for (const field of Object.values(type.getFields())) {
        const theirs = match.getFields()[field.name];
        if (!theirs) found.push(`${type.name}.${field.name} does not exist`);
        else if (String(theirs.type) !== String(field.type)) found.push(`${type.name}.${field.name} is ${String(theirs.type)}, not ${String(field.type)}`);
      }
      for (const needed of Object.values(match.getFields()).filter((one) => String(one.type).endsWith('!') && one.defaultValue === undefined)) {
        if (!type.getFields()[needed.name]) found.push(`${type.name}.${needed.name} is required`);
      }
    }
  }
  for (const directive of part.getDirectives().filter((one) => !specifiedDirectives.some(({ name }) => name === one.name))) {
    const match = whole.getDirective(directive.name);
    if (!match) found.push(`@${directive.name} does not exist`);
    else compareArguments(`@${directive.name}`, directive.args, match.args);
  }
  return found;
}

describe('sandbox shopify: schema', function () {
  this.timeout(60_000);
  before(function () {
    needsContract(this, 'shopify/admin-graphql-2026-10.introspection.json.gz');
  });

  for (const version of ['2026-04', '2026-10']) {
    it(`declares nothing that version ${version} does not have in the same way`, () => {
      assert.deepEqual(differences(adminSchema(version), published(version)), []);
    });
  }

  it('would notice a field of another type', () => {
    const [ours, theirs] = [adminSchema(), published('2026-10')];
    const order = theirs.getType('Order');
    assert.ok(isObjectType(order));
    const field = order.getFields()['name'];
    assert.ok(field);
    field.type = theirs.getType('Int') as typeof field.type;
    assert.deepEqual(differences(ours, theirs), ['Order.name is Int, not String!']);
  });

  it('takes the published operations on orders, variants, stock and webhooks', () => {
    const names = ['orders-updated-since', 'variant-by-sku', 'inventory-levels', 'inventory-set', 'webhook-subscription-create', 'order-mark-as-paid', 'products-updated-since'];
    for (const name of names) {
      const errors = validate(adminSchema(), parse(readFileSync(contract(`shopify/operations/${name}.graphql`), 'utf8')));
      assert.deepEqual(errors.map((error) => error.message), [], name);
    }
  });
});
