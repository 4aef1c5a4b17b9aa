import assert from 'node:assert/strict';
import { startSapSandbox, type SapSandbox, type SapSandboxOptions } from '../../sandbox/sap-s4hana';
import { order, SapClient } from './sap-client';

describe('SAP S/4HANA sandbox: the protocol', () => {
  let sandbox: SapSandbox;
  let client: SapClient;
  let clock = 0;
  const start = async (options: SapSandboxOptions = {}): Promise<void> => {
    sandbox = await startSapSandbox({ materials: 10, customers: 5, ...options });
    client = new SapClient(sandbox);
  };
  afterEach(() => sandbox.close());

  describe('log-on', () => {
    it('takes Basic authentication and refuses anything else with 401', async () => {
      await start();
      assert.equal((await client.get('A_SalesOrder')).status, 200);
      client.authorization = 'Basic wrong';
      const refused = await client.get('A_SalesOrder');
      assert.equal(refused.status, 401);
      assert.match(refused.headers.get('www-authenticate') ?? '', /^Basic realm/);
    });

    const token = (form: Record<string, string>): Promise<Response> =>
      fetch(sandbox.settings.tokenUrl, { method: 'POST', body: new URLSearchParams({ grant_type: 'client_credentials', ...form }) });

    it('takes OAuth client credentials until the token expires', async () => {
      clock = 1_000_000;
      await start({ now: () => clock, tokenLifetimeMs: 60_000 });
      assert.equal((await token({ client_id: 'sandbox-client', client_secret: 'wrong' })).status, 401);
      const issued = await (await token({ client_id: sandbox.settings.clientId, client_secret: String(sandbox.secrets.clientSecret) })).json() as { access_token: string; expires_in: number };
      assert.equal(issued.expires_in, 60);
      client.authorization = `Bearer ${issued.access_token}`;
      assert.equal((await client.get('A_SalesOrder')).status, 200);
      clock += 60_001;
      assert.equal((await client.get('A_SalesOrder')).status, 401);
    });

    it('expire-token ends every OAuth token', async () => {
      await start();
      const issued = await (await token({ client_id: sandbox.settings.clientId, client_secret: String(sandbox.secrets.clientSecret) })).json() as { access_token: string };
      client.authorization = `Bearer ${issued.access_token}`;
      sandbox.fault({ kind: 'expire-token' });
      assert.equal((await client.get('A_SalesOrder')).status, 401);
    });

    it('refuses another SAP client', async () => {
      await start({ client: '200' });
      assert.equal((await client.get('A_SalesOrder?sap-client=200')).status, 200);
      assert.equal((await client.get('A_SalesOrder?sap-client=100')).status, 401);
    });

    it('answers 403 without x-csrf-token for a service the user may not use', async () => {
      await start({ forbidden: ['API_SALES_ORDER_SRV'] });
      const refused = await client.get('A_SalesOrder');
      assert.deepEqual([refused.status, refused.headers.get('x-csrf-token')], [403, null]);
    });
  });

  describe('CSRF', () => {
    const refused = async (): Promise<void> => {
      const answer = await client.send('POST', 'A_SalesOrder', order());
      assert.deepEqual([answer.status, answer.headers.get('x-csrf-token'), answer.text], [403, 'Required', 'CSRF token validation failed']);
      assert.equal(sandbox.orders().length, 0);
    };

    it('refuses a write without a token', async () => { await start(); await refused(); });

    it('refuses a token without the cookies of its session', async () => {
      await start();
      await client.fetchToken();
      client.cookies.clear();
      await refused();
    });

    it('refuses a token of another session', async () => {
      await start();
      const other = new SapClient(sandbox);
      await other.fetchToken();
      await client.fetchToken();
      client.token = other.token;
      await refused();
    });

    it('refuses the session without its XSRF cookie', async () => {
      await start();
      await client.fetchToken();
      client.cookies.delete('sap-XSRF_S4H_100');
      await refused();
    });

    it('takes token and cookies together, and gives the same token again within the session', async () => {
      await start();
      await client.fetchToken();
      const { token } = client;
      await client.fetchToken();
      assert.equal(client.token, token);
      await client.createOrder();
    });

    it('ends an idle session after 30 minutes, not before', async () => {
      clock = 1_000_000;
      await start({ now: () => clock });
      await client.createOrder();
      clock += 30 * 60_000;
      await client.createOrder();
      clock += 30 * 60_000 + 1;
      assert.equal((await client.send('POST', 'A_SalesOrder', order())).status, 403);
      await client.fetchToken();
      await client.createOrder();
    });

    it('expire-session makes the next write fail until a token is fetched anew', async () => {
      await start();
      await client.fetchToken();
      sandbox.fault({ kind: 'expire-session' });
      await refused();
      await client.fetchToken();
      await client.createOrder();
    });

    it('gives a token on HEAD, unless told not to', async () => {
      await start();
      assert.notEqual((await client.fetchToken('HEAD')).headers.get('x-csrf-token'), null);
      await sandbox.close();
      await start({ tokenOnHead: false });
      assert.equal((await client.fetchToken('HEAD')).headers.get('x-csrf-token'), null);
      assert.notEqual((await client.fetchToken('GET')).headers.get('x-csrf-token'), null);
    });

    it('loses the session with the stickiness cookie where there are two nodes', async () => {
      await start({ secondNode: true });
      await client.fetchToken();
      await client.createOrder();
      client.cookies.delete('SERVERID');
      const statuses = new Set<number>();
      for (let i = 0; i < 4; i++) statuses.add((await client.send('POST', 'A_SalesOrder', order())).status);
      assert.deepEqual(statuses, new Set([201, 403]));
    });
  });

  describe('ETag', () => {
    let path: string;
    let etag: string;
    const patch = (headers: Record<string, string>): ReturnType<SapClient['send']> => client.send('PATCH', path, { PurchaseOrderByShipToParty: 'X' }, headers);
    const create = async (options: SapSandboxOptions = {}): Promise<void> => {
      await start(options);
      const created = await client.createOrder();
      path = `A_SalesOrder('${String(created.SalesOrder)}')`;
      etag = (created.__metadata as { etag: string }).etag;
    };

    it('is weak, of the change stamp, and comes as header as well', async () => {
      await create();
      assert.match(etag, /^W\/"datetimeoffset'\d{4}-\d\d-\d\dT\d\d%3A\d\d%3A\d\d\.\d{3}0000Z'"$/);
      assert.equal((await client.get(path)).headers.get('etag'), etag);
    });

    it('is asked for: without If-Match 428, or what is set', async () => {
      await create();
      assert.equal((await patch({})).status, 428);
      await sandbox.close();
      await create({ ifMatchMissing: 0 });
      assert.equal((await patch({})).status, 204);
    });

    it('must come back byte for byte', async () => {
      await create();
      assert.equal((await patch({ 'if-match': etag.replace('W/', '') })).status, 412);
      assert.equal((await patch({ 'if-match': etag.replaceAll('%3A', ':') })).status, 412);
      assert.equal((await patch({ 'if-match': etag })).status, 204);
    });

    it('changes with every write, so the old one is stale; * always fits', async () => {
      await create({ now: () => 1_700_000_000_000 });
      assert.equal((await patch({ 'if-match': etag })).status, 204);
      const stale = await patch({ 'if-match': etag });
      assert.deepEqual([stale.status, stale.json().error.code], [412, '/IWBEP/CM_MGW_RT/190']);
      assert.equal((await patch({ 'if-match': '*' })).status, 204);
    });

    it('stale-etag: somebody else was faster, reading again mends it', async () => {
      await create();
      sandbox.fault({ kind: 'stale-etag' });
      assert.equal((await patch({ 'if-match': etag })).status, 412);
      const fresh = (await client.get(path)).headers.get('etag') ?? '';
      assert.equal((await patch({ 'if-match': fresh })).status, 204);
    });

    it('changes when an item is written, which needs no If-Match itself', async () => {
      await create();
      const item = path.replace('A_SalesOrder', 'A_SalesOrderItem').replace(/\('(\d+)'\)/, "(SalesOrder='$1',SalesOrderItem='10')");
      assert.equal((await client.send('PATCH', item, { RequestedQuantity: '5' })).status, 204);
      assert.notEqual((await client.get(path)).headers.get('etag'), etag);
    });

    it('DELETE and MERGE by X-HTTP-Method obey it too', async () => {
      await create();
      assert.equal((await client.send('POST', path, { PurchaseOrderByShipToParty: 'Y' }, { 'x-http-method': 'MERGE' })).status, 428);
      assert.equal((await client.send('POST', path, { PurchaseOrderByShipToParty: 'Y' }, { 'x-http-method': 'MERGE', 'if-match': etag })).status, 204);
      assert.equal((await client.send('DELETE', path, undefined, { 'if-match': etag })).status, 412);
      assert.equal((await client.send('DELETE', path, undefined, { 'if-match': '*' })).status, 204);
      assert.equal((await client.get(path)).status, 404);
      assert.equal((await client.get('A_SalesOrderItem/$count')).text, '0');
    });
  });

  describe('queries', () => {
    const numbers = async (query: string): Promise<string[]> => {
      const answer = await client.get(`A_SalesOrder?${query}`);
      assert.equal(answer.status, 200, answer.text);
      return answer.json().d.results.map(({ PurchaseOrderByCustomer }) => String(PurchaseOrderByCustomer));
    };
    beforeEach(async () => {
      clock = Date.UTC(2026, 10, 1);
      await start({ now: () => clock, pageSize: 4 });
      for (let i = 1; i <= 10; i++) {
        clock += 60_000;
        await client.createOrder(order({ PurchaseOrderByCustomer: `WEB-${String(i)}`, SoldToParty: i % 2 === 0 ? '100002' : '0000100001', to_Item: [{ Material: 'MAT-00001', RequestedQuantity: String(i), to_PricingElement: [{ ConditionType: 'PMP0', ConditionRateValue: '9.50' }] }] }));
      }
    });

    it('pages by __next until the end, which carries no __next', async () => {
      const seen: unknown[] = [];
      let next: string | undefined = 'A_SalesOrder?$select=PurchaseOrderByCustomer&$inlinecount=allpages';
      let pages = 0;
      while (next !== undefined) {
        const { d } = (await client.get(next)).json();
        assert.equal(d.__count, '10');
        seen.push(...d.results.map((row) => row.PurchaseOrderByCustomer));
        next = d.__next;
        pages++;
      }
      assert.equal(pages, 3);
      assert.deepEqual(seen, Array.from({ length: 10 }, (_, i) => `WEB-${String(i + 1)}`));
    });

    it('a row that changes while the client pages by offset moves to the end: the row behind it is skipped', async () => {
      const query = 'A_SalesOrder?$orderby=LastChangeDateTime asc';
      const first = (await client.get(query)).json().d;
      clock += 60_000;
      await client.send('PATCH', `A_SalesOrder('${String(first.results[0]?.SalesOrder)}')`, { PurchaseOrderByShipToParty: 'X' }, { 'if-match': '*' });
      const second = (await client.get(String(first.__next))).json().d;
      assert.equal(second.results[0]?.PurchaseOrderByCustomer, 'WEB-6', 'WEB-5 is now on the first page');
    });

    const filters: [string, string, string[]][] = [
      ['eq and', "PurchaseOrderByCustomer eq 'WEB-3' and SoldToParty eq '100001'", ['WEB-3']],
      ['a padded number', "SoldToParty eq '0000100002' and PurchaseOrderByCustomer eq 'WEB-2'", ['WEB-2']],
      ['or, which no index may cut short', "PurchaseOrderByCustomer eq 'WEB-3' or PurchaseOrderByCustomer eq 'WEB-5'", ['WEB-3', 'WEB-5']],
      ['parentheses and precedence', "SoldToParty eq '100001' and (PurchaseOrderByCustomer eq 'WEB-1' or PurchaseOrderByCustomer eq 'WEB-2')", ['WEB-1']],
      ['and before or', "PurchaseOrderByCustomer eq 'WEB-1' or PurchaseOrderByCustomer eq 'WEB-2' and SoldToParty eq '100001'", ['WEB-1']],
      ['decimals by value', "TotalNetAmount ge 85.5M and TotalNetAmount lt 95.00", ['WEB-9']],
      ['moments', "LastChangeDateTime gt datetimeoffset'2026-11-01T00:08:00Z'", ['WEB-9', 'WEB-10']],
      ['moments of other zones', "LastChangeDateTime ge datetimeoffset'2026-11-01T01:10:00+01:00'", ['WEB-10']],
      ['days', "CreationDate eq datetime'2026-11-01T00:00:00' and PurchaseOrderByCustomer eq 'WEB-1'", ['WEB-1']],
      ['substringof', "substringof('-10',PurchaseOrderByCustomer)", ['WEB-10']],
      ['startswith, not', "startswith(PurchaseOrderByCustomer,'WEB-1') and not (PurchaseOrderByCustomer eq 'WEB-1')", ['WEB-10']],
      ['booleans and ne', "CompleteDeliveryIsDefined eq false and SoldToParty ne '100002' and PurchaseOrderByCustomer eq 'WEB-7'", ['WEB-7']],
    ];
    for (const [name, filter, expected] of filters) {
      it(`$filter: ${name}`, async () => { assert.deepEqual(await numbers(`$filter=${encodeURIComponent(filter)}`), expected); });
    }

    it('$filter with a quote in the value, and nothing found', async () => {
      await client.createOrder(order({ PurchaseOrderByCustomer: "O'Neil" }));
      assert.deepEqual(await numbers(`$filter=${encodeURIComponent("PurchaseOrderByCustomer eq 'O''Neil'")}`), ["O'Neil"]);
      assert.deepEqual(await numbers(`$filter=${encodeURIComponent("PurchaseOrderByCustomer eq 'nobody'")}`), []);
    });

    it('$orderby, $top, $skip, $count', async () => {
      assert.deepEqual(await numbers('$orderby=SoldToParty desc,TotalNetAmount desc&$top=2&$skip=1'), ['WEB-8', 'WEB-6']);
      assert.equal((await client.get("A_SalesOrder/$count?$filter=SoldToParty eq '100001'")).text, '5');
    });

    it('$select takes only what it names; $expand nests; what is not expanded is deferred', async () => {
      const [row] = (await client.get("A_SalesOrder?$top=1&$select=SalesOrder,to_Item/NetAmount&$expand=to_Item")).json().d.results;
      const { results: [item] } = row?.to_Item as { results: Record<string, unknown>[] };
      assert.deepEqual(Object.keys(row ?? {}), ['__metadata', 'SalesOrder', 'to_Item']);
      assert.deepEqual(Object.keys(item ?? {}), ['__metadata', 'NetAmount']);
      const whole = (await client.get("A_SalesOrder('4000001')")).json().d;
      const { uri } = (whole.to_Item as { __deferred: { uri: string } }).__deferred;
      assert.equal((await client.get(uri)).json().d.results.length, 1);
    });

    it('refuses what it does not know: properties, options, sets, services', async () => {
      for (const [path, status] of [
        ['A_SalesOrder?$select=Nonsense', 400], ["A_SalesOrder?$filter=Nonsense eq 'x'", 400], ['A_SalesOrder?$search=x', 400], ['A_SalesOrder?$filter=SalesOrder like 1', 400],
        ['A_SalesOrder?$top=many', 400], ['A_Nonsense', 404], ["A_SalesOrder('1')", 404], ["A_SalesOrder('4000001')/to_Nonsense", 404], ['A_SalesOrder?$expand=to_Nonsense', 404],
      ] as const) assert.equal((await client.get(path)).status, status, path);
      assert.equal((await new SapClient(sandbox, 'API_NONSENSE_SRV').get('X')).status, 403);
    });
  });

  describe('answers', () => {
    it('errors are XML unless JSON is asked for, by header or $format', async () => {
      await start();
      const plain = await client.get('A_Nonsense', { accept: '*/*' });
      assert.match(plain.headers.get('content-type') ?? '', /application\/xml/);
      assert.match(plain.text, /<code>\/IWBEP\/CM_MGW_RT\/020<\/code><message xml:lang="en">Resource not found for segment &apos;|segment 'A_Nonsense'/);
      const json = (await client.get('A_Nonsense?$format=json', { accept: '*/*' })).json();
      assert.equal(json.error.code, '/IWBEP/CM_MGW_RT/020');
    });

    it('throttle: 429 with Retry-After, and nothing done', async () => {
      await start();
      await client.fetchToken();
      sandbox.fault({ kind: 'throttle', ms: 1500 });
      const answer = await client.send('POST', 'A_SalesOrder', order());
      assert.deepEqual([answer.status, answer.headers.get('retry-after')], [429, '2']);
      assert.equal(sandbox.orders().length, 0);
    });

    it('lost-response: the order is there though nobody heard of it', async () => {
      await start();
      await client.fetchToken();
      sandbox.fault({ kind: 'lost-response', match: (request) => request.method === 'POST' });
      await assert.rejects(client.send('POST', 'A_SalesOrder', order()));
      assert.equal(sandbox.ordersByReference('WEB-1001').length, 1);
    });

    it('$metadata names keys, ETag and flags', async () => {
      await start();
      const { text } = await client.get('$metadata');
      assert.match(text, /<Property Name="LastChangeDateTime" Type="Edm.DateTimeOffset" ConcurrencyMode="Fixed" sap:creatable="false"/);
      assert.match((await new SapClient(sandbox, 'API_BUSINESS_PARTNER').get('$metadata')).text, /<EntitySet Name="A_Customer" [^>]*sap:creatable="false"/);
    });
  });

  describe('$batch', () => {
    const CRLF = '\r\n';
    const http = (method: string, path: string, body?: unknown): string => ['Content-Type: application/http', 'Content-Transfer-Encoding: binary', '', `${method} ${path} HTTP/1.1`, 'Content-Type: application/json', 'If-Match: *', '', body === undefined ? '' : JSON.stringify(body), ''].join(CRLF);
    const changeset = (...parts: string[]): string => ['Content-Type: multipart/mixed; boundary=cs', '', ...parts.map((part) => `--cs${CRLF}${part}`), '--cs--', ''].join(CRLF);
    const send = (...steps: string[]): ReturnType<SapClient['send']> =>
      client.send('POST', '$batch', [...steps.map((step) => `--b${CRLF}${step}`), '--b--', ''].join(CRLF), { 'content-type': 'multipart/mixed; boundary=b' });

    it('answers 202 outside and a status per part inside', async () => {
      await start();
      await client.createOrder();
      const answer = await send(http('GET', "A_SalesOrder('4000001')"), http('GET', "A_SalesOrder('1')"), changeset(http('POST', 'A_SalesOrder', order()), http('PATCH', "A_SalesOrder('4000001')", { PurchaseOrderByShipToParty: 'B' })));
      assert.equal(answer.status, 202);
      assert.deepEqual([...answer.text.matchAll(/^HTTP\/1\.1 (\d+)/gm)].map(([, status]) => status), ['200', '404', '201', '204']);
      assert.deepEqual(sandbox.orders().map((found) => found.PurchaseOrderByShipToParty), ['B', '']);
    });

    it('a changeset is atomic and fails with one part', async () => {
      await start();
      await client.createOrder();
      const answer = await send(changeset(http('POST', 'A_SalesOrder', order()), http('POST', 'A_SalesOrder', order({ SoldToParty: '999' }))));
      assert.deepEqual([...answer.text.matchAll(/^HTTP\/1\.1 (\d+)/gm)].map(([, status]) => status), ['400']);
      assert.equal(sandbox.orders().length, 1);
    });

    it('needs the CSRF token and CRLF', async () => {
      await start();
      assert.equal((await send(http('GET', 'A_SalesOrder'))).status, 403);
      await client.fetchToken();
      assert.equal((await client.send('POST', '$batch', '--b\nGET A_SalesOrder HTTP/1.1\n\n--b--', { 'content-type': 'multipart/mixed; boundary=b' })).status, 400);
    });
  });
});
