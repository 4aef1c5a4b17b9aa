import assert from 'node:assert/strict';
import { example, exampleNames } from '../support/examples';

describe('examples', () => {
  it('share no ids: importing one never replaces another', () => {
    const owner = new Map<string, string>();
    for (const name of exampleNames) {
      for (const { id } of example(name)) {
        assert.equal(owner.get(id), undefined, `${id} is in ${owner.get(id) ?? ''} and in ${name}`);
        owner.set(id, name);
      }
    }
  });

  for (const name of exampleNames) {
    it(`${name}: tells what to look at and how to go live, begins on the sandbox, and hands every error on`, () => {
      const nodes = example(name);
      const info = nodes.filter(({ type }) => type === 'tab' || type === 'comment').map((node) => String(node['info'])).join('\n');
      assert.match(info, /What to look at/);
      assert.match(info, /Going live/);
      for (const node of nodes.filter(({ type }) => type.endsWith('-system'))) assert.equal(node['mode'], 'sandbox');
      assert.ok(nodes.some(({ type }) => type === 'catch'));
      const ids = new Set(nodes.map(({ id }) => id));
      for (const { wires = [], id } of nodes as { wires?: string[][]; id: string }[]) for (const to of wires.flat()) assert.ok(ids.has(to), `${id} leads to ${to}, which is not there`);
    });
  }
});
