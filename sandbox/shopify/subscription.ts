/** A webhook subscription made through the API. */
export interface Subscription {
  id: string;
  /** As in the enum: `ORDERS_CREATE`. */
  topic: string;
  uri: string;
  includeFields: string[];
  filter: string | null;
  name: string | null;
  createdAt: number; updatedAt: number;
}

/** A subscription to one topic, with the defaults of the API. */
export function subscriptionOf(id: string, topic: string, uri: string, now: number): Subscription {
  return { id, topic, uri, includeFields: [], filter: null, name: null, createdAt: now, updatedAt: now };
}
