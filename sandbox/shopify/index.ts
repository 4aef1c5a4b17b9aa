export { goldenOrders } from './golden';
export { startShopifySandbox } from './sandbox';
export { apiVersions, type ShopifyCounters, type ShopifyEvents, type ShopifySandbox, type ShopifySandboxOptions } from './contract';
export type { Attempt } from './courier';
export type { Order } from './model';
export type { OrderOverrides } from './orders';
export type { OrderChange } from './shop';
export type { StockCount, StockView } from './stockroom';
export type { LineOverride } from './wares';
