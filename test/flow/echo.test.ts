import assert from 'node:assert/strict';
import { join } from 'node:path';
import { rm } from 'node:fs/promises';
import { recordsByNumber } from '../../lib/delivery/records';
import { DeadLetters } from '../../lib/delivery/dead-letters';
import { openLmdbStore } from '../../lib/store/lmdb';
import type { CompanyRecord } from '../../sandbox/shopify/companies';
import type { ShopifySandbox } from '../../sandbox/shopify';
import { makeWorld } from '../../sandbox/world';
import { SapClient, type Address } from '../sandbox/sap-client';
import { ShopifyClient } from '../sandbox/shopify-client';
import { example, type FlowNodes } from '../support/examples';
import { startNodeRed, type NodeRed } from '../support/node-red';
import { SandboxProcess, sandboxEnv, until } from '../support/sandboxes';

const quick = { 'b2b-erp-changes': { poll: 0.01 }, 'b2b-commerce-events': { poll: 0.01 }, 'b2b-retry': { base: 0.2, cap: 1 } };
const bare = (number: string): string => number.replace(/^0+/, '');
const [tabToShop, tabToErp] = ['bbbbbbb2b0ac0001', 'bbbbbbb2b0ad0001'];
const [changes, events] = ['bbbbbbb2b0ac0003', 'bbbbbbb2b0ad0003'];

/** What the nodes of a tab show, in the log. */
function statusLog(tab: string): FlowNodes {
  return [
    { id: `${tab}s`, type: 'status', z: tab, name: '', scope: null, x: 0, y: 0, wires: [[`${tab}l`]] },
    { id: `${tab}l`, type: 'function', z: tab, name: '', func: "const text = 'shows ' + msg.status.source.id + ': ' + msg.status.text; if (context.get(msg.status.source.id) === text) return; context.set(msg.status.source.id, text); node.log(text);", outputs: 0, x: 0, y: 0, wires: [] },
  ];
}

describe('C52 customer sync both ways in a real Node-RED', function () {
  this.timeout(120_000);
  let shop: SandboxProcess;
  let erp: SandboxProcess;
  let red: NodeRed;
  let partners: SapClient;
  let client: ShopifyClient;
  const { companies } = makeWorld();

  before(async () => {
    [shop, erp] = await Promise.all([SandboxProcess.start('shopify', '--points', '1000000000'), SandboxProcess.start('sap-s4hana')]);
    partners = new SapClient(JSON.parse(erp.line) as Address, 'API_BUSINESS_PARTNER');
    await partners.fetchToken();
    client = new ShopifyClient(JSON.parse(shop.line) as ShopifySandbox);
    const flows = [...example('customer sync/SAP S4HANA to Shopify', quick), ...example('customer sync/Shopify to SAP S4HANA', quick), ...statusLog(tabToShop), ...statusLog(tabToErp)];
    red = await startNodeRed({ flows, env: sandboxEnv(shop, erp) });
    await until(async () => (await shop.get<unknown[]>('subscriptions')).length > 0, 20_000, 50);
    // Both sides know what there is before somebody edits it.
    for (const inject of ['bbbbbbb2b0ad0006', 'bbbbbbb2b0ac0006']) assert.equal((await fetch(`${red.url}/inject/${inject}`, { method: 'POST' })).status, 200);
    await red.logged(new RegExp(`shows ${events}: .*(done|unchanged)`));
    await silence();
  });
  after(async () => {
    await red.stop();
    await rm(red.userDir, { recursive: true, force: true });
    await Promise.all([shop.stop(), erp.stop()]);
  });

  const sum = (counts: Record<string, number>): number => Object.values(counts).reduce((total, count) => total + count, 0);
  /** What a node's status says of them. */
  const echoes = (node: string): number => Number([...red.log().matchAll(new RegExp(`shows ${node}: .*?(\\d+) echo`, 'g'))].at(-1)?.[1] ?? 0);
  const counted = async (): Promise<{ erp: number; shop: number; polls: number; echoes: { events: number; changes: number } }> => {
    const [writes, { requests }, { mutations }] = await Promise.all([
      erp.get<Record<string, number>>('writes'), erp.get<{ requests: number }>('counters'), shop.get<{ mutations: Record<string, number> }>('shop'),
    ]);
    return { erp: sum(writes), shop: sum(mutations), polls: requests, echoes: { events: echoes(events), changes: echoes(changes) } };
  };
  /** Resolves when nothing has been written while SAP was asked a few times more. */
  async function silence(): Promise<void> {
    for (let before = await counted(), from = before.polls; ;) {
      await until(async () => (await counted()).polls >= before.polls + 2, 30_000, 50);
      const now = await counted();
      if (now.erp !== before.erp || now.shop !== before.shop) from = now.polls;
      before = now;
      if (now.polls >= from + 8) return;
    }
  }
  const inShop = async (number: string): Promise<CompanyRecord | undefined> => (await shop.get<CompanyRecord[]>('companies')).find(({ externalId }) => externalId !== null && bare(externalId) === bare(number));
  const nameInErp = async (number: string): Promise<string> => (await partners.get(`A_BusinessPartner?$filter=Customer eq '${bare(number)}'`)).json().d.results[0]?.['OrganizationBPName1'] as string;
  const rename = async (number: string, name: string): Promise<void> => { assert.equal((await partners.send('PATCH', `A_BusinessPartner('${bare(number)}')`, { OrganizationBPName1: name })).status, 204); };
  const gidOf = async (number: string): Promise<string> => {
    const { externalId } = await inShop(number) ?? assert.fail();
    return (await client.data<{ companies: { nodes: { id: string }[] } }>(`{ companies(first: 1, query: "external_id:${String(externalId)}") { nodes { id } } }`)).companies.nodes[0]?.id ?? assert.fail();
  };
  const renameInShop = async (companyId: string, name: string): Promise<void> => {
    const { companyUpdate: { userErrors } } = await client.data<{ companyUpdate: { userErrors: unknown[] } }>(
      'mutation ($companyId: ID!, $name: String!) { companyUpdate(companyId: $companyId, input: { name: $name }) { userErrors { message } } }', { companyId, name });
    assert.deepEqual(userErrors, []);
  };
  const numberOf = (n: number): string => companies[n]?.customerNumber ?? assert.fail();

  it('one edit in SAP: one write in the shop, its echo is skipped, counted and shown, then silence', async () => {
    const before = await counted();
    await rename(numberOf(1), 'Umbenannt GmbH');
    await until(async () => (await inShop(numberOf(1)))?.name === 'Umbenannt GmbH', 20_000, 50);
    await silence();
    const after = await counted();
    assert.deepEqual({ erp: after.erp - before.erp, shop: after.shop - before.shop }, { erp: 1, shop: 1 }, 'SAP has our edit alone');
    await until(() => Promise.resolve(echoes(events) > before.echoes.events), 10_000, 50);
  });

  it('one edit in the shop: one write in SAP, its echo is skipped, counted and shown, then silence', async () => {
    const before = await counted();
    await renameInShop(await gidOf(numberOf(2)), 'Aus dem Shop GmbH');
    await until(async () => await nameInErp(numberOf(2)) === 'Aus dem Shop GmbH', 20_000, 50);
    await silence();
    const after = await counted();
    assert.deepEqual({ erp: after.erp - before.erp, shop: after.shop - before.shop }, { erp: 1, shop: 1 }, 'the shop has our edit alone');
    await until(() => Promise.resolve(echoes(changes) > before.echoes.changes), 10_000, 50);
  });

  it('a program of each system that answers every change of ours by its own is stopped at the eighth hop, by a dead letter', async () => {
    const number = numberOf(3);
    const stop = new AbortController();
    let answers = 0;
    const id = await gidOf(number);
    const sides = [
      { own: (await inShop(number))?.name ?? '', read: async () => (await inShop(number))?.name ?? '', write: (name: string) => renameInShop(id, name) },
      { own: 'Runde 0', read: () => nameInErp(number), write: (name: string) => rename(number, name) },
    ];
    await rename(number, 'Runde 0');
    const answering = (async () => {
      while (!stop.signal.aborted) {
        for (const side of sides) if (await side.read() !== side.own) await side.write(side.own = `Runde ${String(++answers)}`);
      }
    })();
    try {
      await Promise.race([red.logged(/has gone round 8 times/), answering]);
    } finally {
      stop.abort();
      await answering;
    }
    await silence();
  });

  it('C53 each skip is found by its number, with its reason', async () => {
    await red.kill();
    const store = await openLmdbStore(join(red.userDir, 'b2b', 'store'));
    try {
      const reasons = (await recordsByNumber(store, (await inShop(numberOf(1)))?.externalId ?? '')).flatMap(({ state, reason }) => state === 'skipped' ? [reason] : []);
      assert.ok(reasons.includes('echo'), reasons.join());
      const { entries } = await new DeadLetters(store).list();
      assert.deepEqual(entries.map(({ error }) => error.code), ['DATA_LOOP']);
    } finally {
      await store.close();
    }
  });
});
