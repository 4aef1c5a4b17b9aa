import type { Journal, JournalEntry } from '../journal';
import { Catalogue, type Product, type Variant } from './catalogue';
import { companiesOf, type CompanyRecord, type ContactRecord, type LocationRecord } from './companies';
import type { EditStep } from './edits';
import type { GidType, Ids } from './ids';
import { Metafields, type MetafieldWrite } from './metafields';
import type { Metafield, Order } from './model';
import type { Currency } from './money';
import { PriceBook, type PriceEntry } from './price-book';
import { Stock, type Level } from './stock';
import type { Subscription } from './subscription';
import type { Person, Trade } from './trade';

/** An edit that has begun and is not committed: the order as it was, and what was staged. */
export interface EditSession { order: Order; steps: EditStep[] }

export interface Token { token: string; expiresAt: number }

/** Parties made one by one are numbered from here, beyond those of the world. */
const firstParty = 500_000;

type PartyKind = 'Company' | 'CompanyLocation' | 'CompanyContact' | 'Customer';

/** Everything the shop keeps, in memory and, with a data directory, in a journal. */
export class ShopState {
  readonly trade: Trade;
  readonly ids: Ids;
  readonly stock: Stock;
  readonly catalogue: Catalogue;
  readonly prices: PriceBook;
  readonly metafields = new Metafields();
  /** By id digits. */
  readonly orders = new Map<string, Order>();
  /** By index. */
  readonly companies = new Map<number, CompanyRecord>();
  readonly subscriptions = new Map<string, Subscription>();
  readonly tokens = new Map<string, Token>();
  /** By the id of the calculated order; not kept over a restart. */
  readonly edits = new Map<string, EditSession>();
  readonly #journal: Journal;
  /** Index of the company that a location or a contact belongs to, by the digits of its id. */
  readonly #owners = { CompanyLocation: new Map<string, number>(), CompanyContact: new Map<string, number>() };
  #lastNumber = 1000;
  #lastEdit = 0;
  #lastId = 0;
  #lastParty = firstParty;
  /** Goes up with every change of an order: sorted views are kept until then. */
  revision = 0;

  constructor(trade: Trade, currency: Currency, journal: Journal) {
    this.trade = trade;
    this.ids = trade.ids;
    this.stock = new Stock(trade.world.sites.length, trade.world.products.length);
    this.catalogue = new Catalogue(trade, currency);
    this.prices = new PriceBook(trade.world, this.catalogue, currency);
    for (const company of companiesOf(trade)) this.#addCompany(company);
    this.#journal = journal;
    for (const entry of this.#journal.entries) this.#restore(entry);
  }

  nextNumber(): number { return ++this.#lastNumber; }
  /** A number for things that are made one by one: metafields, subscriptions, changes of stock. */
  nextId(kind: 'Metafield' | 'WebhookSubscription' | 'InventoryAdjustmentGroup' | 'MediaImage'): string { return this.ids.of(kind, ++this.#lastId); }

  /** A number for parties that are made one by one. */
  nextParty(kind: PartyKind): string { return this.ids.of(kind, ++this.#lastParty); }

  /** The id of the new session. */
  beginEdit(session: EditSession): string {
    const id = `${session.order.id}${String(++this.#lastEdit)}`;
    this.edits.set(id, session);
    return id;
  }

  /** Keeps an order together with the levels it changes. */
  putOrder(order: Order, levels: readonly Level[] = []): void {
    this.#addOrder(order);
    this.#journal.commit(['order', order.id, order], ...this.#addLevels(levels));
  }

  /** Keeps a product with its variants; `dropped`: variants it has no more. */
  putProduct(product: Product, variants: readonly Variant[] = [], dropped: readonly number[] = []): void {
    this.catalogue.putProduct(product);
    for (const variant of variants) this.catalogue.putVariant(variant);
    for (const index of dropped) this.catalogue.dropVariant(index);
    this.#journal.commit(
      ['product', String(product.index), product], ...variants.map((variant): JournalEntry => ['variant', String(variant.index), variant]),
      ...dropped.map((index): JournalEntry => ['variant', String(index), null]),
    );
  }

  dropProduct({ index, variants }: Product): void {
    this.catalogue.dropProduct(index);
    for (const variant of variants) this.catalogue.dropVariant(variant);
    this.#journal.commit(['product', String(index), null], ...variants.map((variant): JournalEntry => ['variant', String(variant), null]));
  }

  putLevels(levels: readonly Level[]): void { this.#journal.commit(...this.#addLevels(levels)); }

  putPrices(entries: readonly PriceEntry[]): void {
    for (const entry of entries) this.prices.put(entry);
    this.#journal.commit(...entries.map((entry): JournalEntry => ['price', `${String(entry.list)} ${String(entry.variant)}`, entry]));
  }

  removePriceList(index: number): void {
    this.prices.removeList(index);
    this.#journal.commit(['removedPriceList', String(index), true]);
  }

  trackStock(product: number, tracked: boolean): void {
    this.stock.track(product, tracked);
    this.#journal.commit(['tracked', String(product), tracked]);
  }

  /** By gid, digits or name (`#1001`). */
  findOrder(key: string): Order | undefined {
    const digits = key.slice(key.lastIndexOf('/') + 1);
    return this.orders.get(digits) ?? [...this.orders.values()].find((order) => order.name === key);
  }

  putPerson(person: Person): void {
    this.#addPerson(person);
    this.#journal.commit(['person', person.id, person]);
  }

  /** Keeps a company, together with the accounts of its new contacts. */
  putCompany(company: CompanyRecord, people: readonly Person[] = []): void {
    this.#addCompany(company);
    for (const person of people) this.#addPerson(person);
    this.#journal.commit(['company', String(company.index), company], ...people.map((person): JournalEntry => ['person', person.id, person]));
  }

  /** A company by the digits of its id, or of the id of one of its locations or contacts. */
  companyOf(type: 'Company' | 'CompanyLocation' | 'CompanyContact', digits: string): CompanyRecord | undefined {
    return this.companies.get((type === 'Company' ? this.ids.indexOf(type, digits) : this.#owners[type].get(digits)) ?? 0);
  }

  location(digits: string): LocationRecord | undefined {
    return this.companyOf('CompanyLocation', digits)?.locations.find(({ id }) => id === digits);
  }

  contact(digits: string): ContactRecord | undefined {
    return this.companyOf('CompanyContact', digits)?.contacts.find(({ id }) => id === digits);
  }

  person(digits: string): Person | undefined { return this.trade.people.find(({ id }) => id === digits); }

  putSubscription(subscription: Subscription): void {
    this.subscriptions.set(subscription.id, subscription);
    this.#journal.commit(['subscription', subscription.id, subscription]);
  }

  deleteSubscription(id: string): boolean {
    if (!this.subscriptions.delete(id)) return false;
    this.#journal.commit(['subscription', id]);
    return true;
  }

  putToken(token: Token): void {
    this.tokens.set(token.token, token);
    this.#journal.commit(['token', token.token, token]);
  }

  deleteTokens(): void {
    this.#journal.commit(...[...this.tokens.keys()].map((token): JournalEntry => ['token', token]));
    this.tokens.clear();
  }

  /** Sets metafields all or none; returns them as they are now. */
  setMetafields(fields: readonly MetafieldWrite[], now: number): Metafield[] {
    const set = fields.map((field) => this.metafields.set(field, () => this.nextId('Metafield'), now));
    this.#journal.commit(...set.map((metafield, at): JournalEntry => {
      const { owner } = fields[at] as MetafieldWrite;
      return ['metafield', `${owner} ${metafield.id}`, { owner, metafield }];
    }));
    return set;
  }

  /** Does the thing of this gid exist? */
  exists(type: GidType, digits: string): boolean {
    const { world } = this.trade;
    const within = (kind: Parameters<Ids['of']>[0], count: number): boolean => {
      const at = this.ids.indexOf(kind, digits);
      return at >= 1 && at <= count;
    };
    switch (type) {
      case 'Order': return this.orders.has(digits);
      case 'Customer': return this.person(digits) !== undefined;
      case 'Company': case 'CompanyLocation': case 'CompanyContact': return this.companyOf(type, digits) !== undefined;
      case 'Product': return this.catalogue.product(this.ids.indexOf('Product', digits)) !== undefined;
      case 'ProductVariant': case 'InventoryItem': return this.catalogue.variant(this.ids.indexOf(type, digits)) !== undefined;
      case 'Location': return within('Location', world.sites.length);
      case 'PriceList': return this.prices.list(this.ids.indexOf('PriceList', digits)) !== undefined;
      case 'Shop': return true;
      default: return false;
    }
  }

  close(): void { this.#journal.close(); }

  #addOrder(order: Order): void {
    this.revision++;
    this.orders.set(order.id, order);
    this.#lastNumber = Math.max(this.#lastNumber, order.number);
  }

  #addLevels(levels: readonly Level[]): JournalEntry[] {
    return levels.map((level) => {
      this.stock.put(level);
      return ['level', `${String(level.product)} ${String(level.site)}`, level];
    });
  }

  #addCompany(company: CompanyRecord): void {
    this.companies.set(company.index, company);
    this.#seenParty('Company', this.ids.of('Company', company.index));
    for (const { id } of company.locations) { this.#owners.CompanyLocation.set(id, company.index); this.#seenParty('CompanyLocation', id); }
    for (const { id } of company.contacts) { this.#owners.CompanyContact.set(id, company.index); this.#seenParty('CompanyContact', id); }
  }

  #seenParty(kind: PartyKind, id: string): void { this.#lastParty = Math.max(this.#lastParty, this.ids.indexOf(kind, id)); }

  #addPerson(person: Person): void {
    this.#seenParty('Customer', person.id);
    const at = this.trade.people.findIndex((one) => one.id === person.id);
    if (at < 0) this.trade.people.push(person);
    else this.trade.people[at] = person;
  }

  #seen(kind: 'Metafield' | 'WebhookSubscription' | 'MediaImage', id: string): void { this.#lastId = Math.max(this.#lastId, this.ids.indexOf(kind, id)); }

  #restore([collection, key, value]: JournalEntry): void {
    switch (collection) {
      case 'order': this.#addOrder({ ...value as Order, fulfillments: (value as Partial<Order>).fulfillments ?? [] }); break;
      case 'person': this.#addPerson(value as Person); break;
      case 'level': this.stock.put(value as Level); break;
      case 'price': this.prices.put(value as PriceEntry); break;
      case 'removedPriceList': this.prices.removeList(Number(key)); break;
      case 'tracked': this.stock.track(Number(key), value as boolean); break;
      case 'product': {
        const product = value as Product | null;
        if (product) this.catalogue.putProduct(product);
        else this.catalogue.dropProduct(Number(key));
        for (const { id } of product?.media ?? []) this.#seen('MediaImage', id);
        break;
      }
      case 'variant':
        if (value) this.catalogue.putVariant(value as Variant);
        else this.catalogue.dropVariant(Number(key));
        break;
      case 'company': this.#addCompany({ ...this.companies.get(Number(key)), ...value as CompanyRecord }); break;
      case 'subscription': this.subscriptions.set(key, value as Subscription); this.#seen('WebhookSubscription', key); break;
      case 'token': this.tokens.set(key, value as Token); break;
      case 'metafield': {
        const { owner, metafield } = value as { owner: string; metafield: Metafield };
        this.metafields.put(owner, metafield);
        this.#seen('Metafield', metafield.id);
      }
    }
  }
}
