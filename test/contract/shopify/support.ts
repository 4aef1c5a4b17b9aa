import type { Connection, ConnectOptions, Native } from '../../../lib/connectors/contract';
import { shopify } from '../../../lib/connectors/shopify';
import { startShopifySandbox, type Order, type ShopifySandbox, type ShopifySandboxOptions } from '../../../sandbox/shopify';

/** A sandbox shop with a connection to it. */
export interface Shop extends AsyncDisposable { sandbox: ShopifySandbox; connection: Connection }

/** A plan large enough that no test waits for points. */
export const noLimit = { size: 1_000_000, restoreRate: 1_000_000 };

export async function openShop(sandboxOptions: ShopifySandboxOptions = {}, options: Partial<ConnectOptions> = {}): Promise<Shop> {
  const sandbox = await startShopifySandbox({ bucket: noLimit, ...sandboxOptions });
  let connection: Connection;
  try {
    connection = shopify.connect({
      baseUrl: sandbox.url, ...options, settings: { ...sandbox.settings, ...options.settings }, secrets: { ...sandbox.secrets, ...options.secrets },
    });
  } catch (reason) {
    await sandbox.close();
    throw reason;
  }
  return {
    sandbox, connection,
    async [Symbol.asyncDispose]() {
      await connection.close();
      await sandbox.close();
    },
  };
}

export function gidOf(order: Order): string { return `gid://shopify/Order/${order.id}`; }

/** The webhook body an order has now, parsed as the intake parses it. */
export function webhookOf({ sandbox }: Shop, order: Order): Native {
  const current = sandbox.order(gidOf(order));
  if (!current) throw new RangeError(`no order ${order.id}`);
  return JSON.parse(sandbox.payload(current)) as Native;
}

/** What GraphQL says of an order. */
export async function apiOf({ connection }: Shop, order: Order): Promise<Native> {
  const native = await connection.get('order', gidOf(order));
  if (!native) throw new RangeError(`no order ${order.id}`);
  return native;
}

export async function allOrders(connection: Connection, pageSize?: number, updatedSince?: string): Promise<{ pages: number; orders: Native[] }> {
  const orders: Native[] = [];
  let pages = 0;
  for await (const page of connection.list('order', { ...(pageSize ? { pageSize } : {}), ...(updatedSince ? { updatedSince } : {}) })) {
    pages++;
    orders.push(...page.records);
  }
  return { pages, orders };
}
