import assert from 'node:assert/strict';
import { withEditor } from '../support/editor';
import { example, exampleNames, type FlowNodes } from '../support/examples';

interface Box { name: string; tab: string; left: number; right: number; top: number; bottom: number }

/** Every example on a disabled tab: nothing of it runs. Nodes that several have in common are there once. */
const flows = [...new Map(exampleNames.flatMap((name): FlowNodes => example(name, { tab: { disabled: true } })).map((node) => [node.id, node])).values()];

describe('examples on the canvas', () => {
  const editor = withEditor(flows);

  /** What each node takes up, with the line of its status. */
  const boxes = (): Promise<Box[]> => editor().page.evaluate(async () => {
    interface Drawn { x: number; y: number; w: number; h: number; z: string; type: string; name?: string }
    const { RED } = globalThis as unknown as { RED: { nodes: { eachNode(each: (node: Drawn) => void): void; workspace(id: string): { label: string } }; workspaces: { show(id: string): void } } };
    const found: Box[] = [];
    const tabs = new Set<string>();
    RED.nodes.eachNode(({ z }) => { tabs.add(z); });
    for (const tab of tabs) {
      RED.workspaces.show(tab);
      // A node gets its size when it is drawn.
      for (let frame = 0; frame < 2; frame++) await new Promise(requestAnimationFrame);
    }
    RED.nodes.eachNode(({ x, y, w, h, z, type, name }) => {
      const status = type.startsWith('b2b-') ? 18 : 0;
      found.push({ name: name ?? type, tab: RED.nodes.workspace(z).label, left: x - w / 2, right: x + w / 2, top: y - h / 2, bottom: y + h / 2 + status });
    });
    return found;
  });

  it('stand apart from each other, with room for the status, and begin on the canvas', async () => {
    const all = await boxes();
    assert.ok(all.length > 100);
    const wrong = all.flatMap((one, index) => [
      ...(one.left < 0 || one.top < 0 ? [`${one.tab}: ${one.name} begins at ${String(one.left)}`] : []),
      ...all.slice(index + 1).filter((other) => other.tab === one.tab && one.left < other.right + 5 && other.left < one.right + 5 && one.top < other.bottom && other.top < one.bottom)
        .map((other) => `${one.tab}: ${one.name} lies on ${other.name}`),
    ]);
    assert.deepEqual(wrong, []);
  });
});
