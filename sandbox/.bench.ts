import { createServer } from 'node:http';
import { startShopifySandbox } from './shopify';
import { ordersQuery } from '../lib/connectors/shopify/queries';
void (async () => {
  const shop = await startShopifySandbox({ seed: 1, bucket: { size: 1e9, restoreRate: 1e9 } });
  const server = createServer((q, r) => { q.resume(); q.on('end', () => r.end()); }).listen(0, '127.0.0.1', async () => {
    shop.subscribe('ORDERS_CREATE', `http://127.0.0.1:${String((server.address() as { port: number }).port)}/`);
    const t0 = Date.now(); for (let n = 0; n < 5000; n++) shop.placeOrder(); const placed = Date.now() - t0;
    await shop.idle(); console.log('5000 placed', placed, 'ms; all delivered', Date.now() - t0, 'ms', shop.counters.delivered, shop.counters.failed);
    const q = async (query: string, variables: object): Promise<void> => { const t = Date.now(); const r = await fetch(`${shop.url}/admin/api/2026-10/graphql.json`, { method: 'POST', headers: { 'content-type': 'application/json', 'x-shopify-access-token': shop.secrets['accessToken'] ?? '' }, body: JSON.stringify({ query, variables }) }); const j = await r.json() as { extensions: unknown; errors: unknown }; console.log(Date.now() - t, 'ms', JSON.stringify(j.extensions), JSON.stringify(j.errors)); };
    for (const first of [10, 25, 25]) await q(ordersQuery, { first, query: "updated_at:>='2026-01-01T00:00:00Z'" });
    const t1 = Date.now(); const ids = shop.orders().slice(0, 1000).map((o) => `gid://shopify/Order/${o.id}`);
    await Promise.all(Array.from({ length: 16 }, async (_, w) => { for (let i = w; i < ids.length; i += 16) { await (await fetch(`${shop.url}/admin/api/2026-10/graphql.json`, { method: 'POST', headers: { 'content-type': 'application/json', 'x-shopify-access-token': shop.secrets['accessToken'] ?? '' }, body: JSON.stringify({ query: 'mutation($id:ID!){metafieldsSet(metafields:[{ownerId:$id,namespace:"b2b_sync",key:"erp_number",type:"single_line_text_field",value:"1"}]){userErrors{message}}}', variables: { id: ids[i] } }) })).text(); } }));
    console.log('1000 metafieldsSet', Date.now() - t1, 'ms');
    await shop.close(); server.closeAllConnections(); server.close();
  });
})();
