import { numericId, type Json } from './body';
import { itemGid, type Ids } from './ids';
import { changedAt, type Level } from './stock';
import { shopTime } from './times';

/** The body of inventory_levels/update. */
export function levelPayload(level: Level, ids: Ids, timeZone: string): Json {
  const item = ids.of('InventoryItem', level.product);
  return {
    inventory_item_id: numericId(item), location_id: numericId(ids.of('Location', level.site + 1)), available: level.available,
    updated_at: shopTime(changedAt(level), timeZone),
    admin_graphql_api_id: itemGid('InventoryLevel', ids.of('InventoryLevel', level.site + 1), item),
  };
}
