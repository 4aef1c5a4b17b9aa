/** One node of each kind, as the editor saves it with its defaults, those of RabbitMQ disabled; `changes` go over a node's properties by its id. */
export function everyNode(changes: Record<string, Record<string, unknown>> = {}): Record<string, unknown>[] {
  const record = {
    z: 'tab', name: '', property: 'payload', native: 'native', key: 'payload', keyType: 'msg',
    updatedSince: '', updatedSinceType: 'str', pageSize: '', listOutput: 'record', dryRun: false, wires: [[]],
  };
  const limits = { timeout: 30, concurrency: '', rate: '', tls: '', sandboxSeed: 1, owns: [] };
  const nodes = [
    { id: 'tab', type: 'tab', label: 'test' },
    { id: 'shop', type: 'b2b-commerce-system', name: 'Shop', vendor: 'shopify', mode: 'sandbox', settings: {}, publicUrl: '', sandboxEvery: 0, ...limits },
    { id: 'erp-system', type: 'b2b-erp-system', name: '', vendor: 'sap-s4hana', mode: 'sandbox', settings: {}, publicUrl: '', ...limits },
    {
      id: 'events', type: 'b2b-commerce-events', z: 'tab', name: '', system: 'shop', path: '', entities: { order: ['created', 'updated', 'cancelled'] },
      format: 'canonical', webhooks: true, check: 4, poll: 0, lookback: 24, parallel: 8, timeLimit: 300, x: 120, y: 60, wires: [[]],
    },
    {
      id: 'changes', type: 'b2b-erp-changes', z: 'tab', name: '', system: 'erp-system', entities: { inventory: ['updated'] }, format: 'canonical', notice: 'poll', path: '', when: 'every', poll: 5, cron: '0 3 * * *', timeZone: '', lookback: 24,
      parallel: 8, timeLimit: 300, x: 120, y: 480, wires: [[]],
    },
    {
      id: 'mapper', type: 'b2b-mapper', z: 'tab', name: '', preset: 'order-to-sap-s4hana', mapping: '', tables: '{}', codes: '{}',
      sourceSchema: '', targetSchema: '', property: 'payload', target: 'native', x: 120, y: 120, wires: [[], []],
    },
    {
      ...record, id: 'erp', type: 'b2b-erp', system: 'erp-system', operation: 'create', entity: 'order', matchCustomersBy: ['number', 'taxId', 'email', 'phone'],
      onMissingCustomer: 'refuse', defaultCustomer: '', matchItemsBy: ['sku', 'gtin'], onMissingItem: 'refuse', defaultItem: '', x: 120, y: 180,
    },
    { ...record, id: 'commerce', type: 'b2b-commerce', system: 'shop', operation: 'update', entity: 'order', matchCustomersBy: ['number', 'taxId', 'email', 'phone'], x: 120, y: 240 },
    {
      id: 'retry', type: 'b2b-retry', z: 'tab', name: '', maxTries: 10, base: 1, cap: 300, maxAge: 72, parkUnknown: true, parkInterval: 10,
      parkMaxAge: 168, keepLaneShut: false, breakerThreshold: 5, x: 120, y: 300, wires: [[], []],
    },
    {
      id: 'reconcile', type: 'b2b-reconcile', z: 'tab', name: '', commerce: 'shop', erp: 'erp-system', entity: 'order', right: 'commerce', fields: '', days: 7, when: 'cron', poll: 60, cron: '0 3 * * *',
      timeZone: '', dry: false, confirmed: false, guardMost: 50, guardPercent: 5, samples: 10, parallel: 8, timeLimit: 300, x: 120, y: 540, wires: [[], []],
    },
    { id: 'broker', type: 'b2b-rabbitmq-broker', name: '', hosts: 'localhost', vhost: '/', useTls: false, tls: '', heartbeat: 30 },
    {
      id: 'rabbit-in', type: 'b2b-rabbitmq-in', z: 'tab', d: true, name: '', broker: 'broker', queue: 'erp.orders', declare: true, queueType: 'quorum', exchange: '',
      exchangeType: 'topic', routingKeys: '#', deliveryLimit: '20', messageTtl: '', maxLength: '', overflow: 'reject-publish', singleActive: false,
      maxAge: '7D', offset: 'first', prefetch: 50, ack: 'flow', timeLimit: 300, onFailure: 'requeue', maxTries: 10, firstDelay: 5, maxDelay: 300,
      deadLetter: 'queue', deadLetterQueue: '', deadLetterExchange: '', deadLetterRoutingKey: '', x: 120, y: 360, wires: [[]],
    },
    {
      id: 'rabbit-out', type: 'b2b-rabbitmq-out', z: 'tab', d: true, name: '', broker: 'broker', target: 'queue', queue: 'erp.orders', queueType: 'quorum', exchange: '',
      exchangeType: 'topic', declare: false, routingKey: 'topic', routingKeyType: 'msg', persistent: true, mandatory: true, expiry: '', priority: '',
      headers: '{}', headersType: 'json', window: 256, waitingLimit: 1000, confirmTimeout: 30, x: 120, y: 420, wires: [],
    },
  ];
  return nodes.map((node) => ({ ...node, ...changes[node.id] }));
}
