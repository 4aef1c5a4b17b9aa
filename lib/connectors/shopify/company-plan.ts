import { normaliseEmail, normalisePhone } from '../../documents/normalise';
import { bareNumber, bareTaxId } from '../../documents/customer';
import type { FieldChange, Native } from '../contract';
import type { AddressWrite, CompanyWrite, ContactWrite, LocationWrite, TermsWrite } from './customer-documents';
import {
  companyAssignContactMutation, companyContactCreateMutation, companyContactUpdateMutation, companyLocationAssignAddressMutation, companyLocationCreateMutation,
  companyLocationTaxSettingsMutation, companyLocationUpdateMutation, companyUpdateMutation,
} from './queries';

/** One mutation, with the fields it changes. */
export interface Step {
  mutation: string;
  /** The root field of the mutation, and of its payload what it makes. */
  root: string;
  made: string;
  variables: Record<string, unknown>;
  changes: FieldChange[];
  /** Of a step that makes a contact: who it is. */
  contact?: string;
}

/** A location of the shop as it was read. */
interface Location extends Native {
  id: string; name: string; externalId: string | null; phone: string | null; billingAddress: Native | null; shippingAddress: Native | null;
  buyerExperienceConfiguration: { checkoutToDraft: boolean; paymentTermsTemplate: Native | null } | null;
  taxSettings: { taxRegistrationId: string | null; taxExempt: boolean };
}

/** A contact of a company as it was read. */
export interface CompanyContact {
  id: string; isMainContact: boolean; locale: string | null;
  customer: { id: string; firstName: string | null; lastName: string | null; defaultEmailAddress: { emailAddress: string } | null; defaultPhoneNumber: { phoneNumber: string } | null };
}

export interface Company extends Native {
  id: string; name: string; externalId: string | null; locations: { nodes: Location[] }; contacts: { nodes: CompanyContact[] };
}

/** What a plan needs of the shop beside the company: templates of payment terms by days, and accounts by e-mail address. */
export interface PlanFacts { template: (terms: TermsWrite) => string | undefined; accounts: ReadonlyMap<string, string> }

/** The mutations that bring a company to what is wanted, in their order; only what differs, and nothing of what is not named. */
export function planCompany(there: Company, wanted: CompanyWrite, facts: PlanFacts): Step[] {
  const steps: Step[] = [];
  const company = differences(there, wanted.company, 'company');
  if (company.changes.length > 0) steps.push({ mutation: companyUpdateMutation, root: 'companyUpdate', made: 'company', variables: { companyId: there.id, input: company.input }, changes: company.changes });
  const left = new Set(there.locations.nodes);
  wanted.locations.forEach((location, at) => {
    const found = match(location, [...left], wanted.locations.length);
    if (found) left.delete(found);
    const path = `locations[${String(at)}]`;
    if (found) steps.push(...changeLocation(found, location, wanted.company.name ?? '', path, facts));
    else steps.push(addLocation(there, withOwnName(location, wanted.company.name ?? there.name), path, billingOf(wanted, there), facts));
  });
  wanted.contacts.forEach((contact, at) => {
    const step = planContact(there, contact, `contacts[${String(at)}]`, facts);
    if (step) steps.push(step);
  });
  return steps;
}

/** The contact with this e-mail address. */
export function contactBy(email: string, { contacts }: Company): CompanyContact | undefined {
  const wanted = normaliseEmail(email);
  return contacts.nodes.find(({ customer }) => customer.defaultEmailAddress && normaliseEmail(customer.defaultEmailAddress.emailAddress) === wanted);
}

/** The input of a location that is new; `billing`: where the company's bills go. */
export function locationInput(location: LocationWrite, billing: AddressWrite | undefined, { template }: PlanFacts): Native {
  const { id: _, billingAddress, shippingAddress, paymentTerms, checkoutToDraft, ...input } = location;
  const [bill, ship] = [billingAddress ?? (shippingAddress ? billing : undefined), shippingAddress ?? billingAddress];
  const terms = paymentTerms && template(paymentTerms);
  const experience = { ...(terms && { paymentTermsTemplateId: terms }), ...(checkoutToDraft !== undefined && { checkoutToDraft }) };
  return {
    ...input, ...(ship && { shippingAddress: ship }), ...(!bill || same(bill, ship) ? ship && { billingSameAsShipping: true } : { billingAddress: bill }),
    ...(Object.keys(experience).length > 0 && { buyerExperienceConfiguration: experience }),
  };
}

function addLocation(there: Company, location: LocationWrite, path: string, billing: AddressWrite | undefined, facts: PlanFacts): Step {
  const input = locationInput(location, billing, facts);
  return {
    mutation: companyLocationCreateMutation, root: 'companyLocationCreate', made: 'companyLocation', variables: { companyId: there.id, input },
    changes: [{ path, after: location }],
  };
}

/** By its own id, else by its external id, else, among those without one, by its name or as the only one there is. */
function match(wanted: LocationWrite, locations: Location[], count: number): Location | undefined {
  const unnumbered = locations.filter(({ externalId }) => externalId === null);
  return locations.find(({ id }) => id === wanted.id) ?? locations.find(({ externalId }) => externalId !== null && externalId === wanted.externalId)
    ?? unnumbered.find(({ name }) => name.toLowerCase() === wanted.name.toLowerCase())
    ?? (count === 1 && locations.length === 1 ? unnumbered[0] : undefined);
}

/** A location that bears no name but the company's is told from others by its town. */
function withOwnName(location: LocationWrite, company: string): LocationWrite {
  const { city } = location.shippingAddress ?? location.billingAddress ?? {};
  const name = location.name || company;
  return { ...location, name: name === company && city ? `${company}, ${city}` : name };
}

function changeLocation(there: Location, wanted: LocationWrite, company: string, path: string, { template }: PlanFacts): Step[] {
  const { name, externalId, phone, billingAddress, shippingAddress, taxRegistrationId, taxExempt, paymentTerms, checkoutToDraft } = wanted;
  // An external id that somebody gave a location stays, and so does its name if the document has none for it.
  const { input, changes } = differences(there, { phone, ...(name !== company && { name }), ...(there.externalId === null && { externalId }) }, path);
  const { checkoutToDraft: draft, paymentTermsTemplate } = there.buyerExperienceConfiguration ?? {};
  const terms = paymentTerms && !sameTerms(paymentTermsTemplate, paymentTerms) ? template(paymentTerms) : undefined;
  const experience = differences({ checkoutToDraft: draft ?? false, paymentTermsTemplateId: paymentTermsTemplate?.['id'] },
    { ...(checkoutToDraft !== undefined && { checkoutToDraft }), ...(terms !== undefined && { paymentTermsTemplateId: terms }) }, path);
  const steps: Step[] = [];
  if (changes.length + experience.changes.length > 0) {
    steps.push({
      mutation: companyLocationUpdateMutation, root: 'companyLocationUpdate', made: 'companyLocation', changes: [...changes, ...experience.changes],
      variables: { companyLocationId: there.id, input: { ...input, ...(experience.changes.length > 0 && { buyerExperienceConfiguration: experience.input }) } },
    });
  }
  steps.push(...changeAddresses(there, { billingAddress, shippingAddress }, path));
  const tax = differences(there.taxSettings, { ...(taxRegistrationId !== undefined && { taxRegistrationId }), ...(taxExempt !== undefined && { taxExempt }) }, path);
  if (tax.changes.length > 0) {
    steps.push({
      mutation: companyLocationTaxSettingsMutation, root: 'companyLocationTaxSettingsUpdate', made: 'companyLocation', changes: tax.changes,
      variables: { companyLocationId: there.id, ...tax.input },
    });
  }
  return steps;
}

type Addresses = Partial<Record<'billingAddress' | 'shippingAddress', AddressWrite | undefined>>;

/** A location whose two addresses are the same keeps them the same where a document names only one. */
function changeAddresses(there: Location, wanted: Addresses, path: string): Step[] {
  const asOne = sameAddress(there.billingAddress, there.shippingAddress);
  const only = asOne ? wanted.billingAddress ?? wanted.shippingAddress : undefined;
  const stale = (['billingAddress', 'shippingAddress'] as const).flatMap((kind) => {
    const address = wanted[kind] ?? only;
    return address && !meets(there[kind], { ...address }) ? [{ kind, address: { ...kept(there[kind]), ...address } }] : [];
  });
  const [first, second] = stale;
  const groups = first && second && same(first.address, second.address) ? [[first, second]] : stale.map((one) => [one]);
  return groups.map((group) => ({
    mutation: companyLocationAssignAddressMutation, root: 'companyLocationAssignAddress', made: 'addresses',
    variables: { locationId: there.id, address: group[0]?.address, addressTypes: group.map(({ kind }) => kind === 'billingAddress' ? 'BILLING' : 'SHIPPING') },
    changes: group.flatMap(({ kind, address }) => Object.entries(address).flatMap(([name, after]) => {
      const before = there[kind]?.[name] ?? undefined;
      return (before ?? null) === after ? [] : [change(`${path}.${kind}.${name}`, before, after)];
    })),
  }));
}

function planContact(there: Company, { isMain: _, ...wanted }: ContactWrite, path: string, { accounts }: PlanFacts): Step | undefined {
  const { email } = wanted;
  const contact = normaliseEmail(email) ?? email;
  const found = contactBy(email, there);
  if (found) {
    const { customer } = found;
    const now = { firstName: customer.firstName, lastName: customer.lastName, phone: customer.defaultPhoneNumber?.phoneNumber, locale: found.locale, email };
    const { input, changes } = differences(now, wanted, path);
    return changes.length === 0 ? undefined : {
      mutation: companyContactUpdateMutation, root: 'companyContactUpdate', made: 'companyContact', variables: { companyContactId: found.id, input }, changes,
    };
  }
  const account = accounts.get(contact);
  const changes = [{ path, after: wanted }];
  return account === undefined
    ? { mutation: companyContactCreateMutation, root: 'companyContactCreate', made: 'companyContact', variables: { companyId: there.id, input: wanted }, changes, contact }
    : { mutation: companyAssignContactMutation, root: 'companyAssignCustomerAsContact', made: 'companyContact', variables: { companyId: there.id, customerId: account }, changes, contact };
}

/** Where the bills of a company go that a location has no address of its own for. */
function billingOf({ locations }: CompanyWrite, there?: Company): AddressWrite | undefined {
  return locations[0]?.billingAddress ?? (there?.locations.nodes[0]?.billingAddress ? addressIn(there.locations.nodes[0].billingAddress) : undefined);
}

/** The fields of `wanted` that are not so in `there`; phone numbers, tax ids and languages count by what they mean. */
export function differences(there: Native, wanted: Native, path: string): { input: Native; changes: FieldChange[] } {
  const stale = Object.entries(wanted).filter(([name, value]) => value !== undefined && !means(name, there[name], value));
  return { input: Object.fromEntries(stale), changes: stale.map(([name, after]) => change(`${path}.${name}`, there[name] ?? undefined, after)) };
}

function change(path: string, before: unknown, after: unknown): FieldChange {
  return { path, ...(before !== undefined && { before }), ...(after !== null && { after }) };
}

function means(name: string, there: unknown, wanted: unknown): boolean {
  if ((there ?? null) === wanted) return true;
  if (typeof there !== 'string' || typeof wanted !== 'string') return false;
  switch (name) {
    case 'phone': return (normalisePhone(there) ?? there) === (normalisePhone(wanted) ?? wanted);
    case 'email': return normaliseEmail(there) === normaliseEmail(wanted);
    case 'externalId': return bareNumber(there) === bareNumber(wanted);
    case 'taxRegistrationId': return bareTaxId(there) === bareTaxId(wanted);
    // `de-AT` is `de` to a system that knows no more than the language.
    case 'locale': return there.split('-')[0]?.toLowerCase() === wanted.toLowerCase() || there.toLowerCase() === wanted.toLowerCase();
    default: return false;
  }
}

function sameTerms(there: Native | null | undefined, wanted: TermsWrite): boolean {
  return there?.['paymentTermsType'] === wanted.paymentTermsType && (wanted.dueInDays === null || there['dueInDays'] === wanted.dueInDays);
}

const optional = ['zoneCode', 'recipient', 'phone', 'firstName', 'lastName'] as const;
const needed = ['address1', 'address2', 'city', 'zip', 'countryCode'] as const;

/** Is the address there what is wanted, as far as the document knows it? */
export function meets(there: Native | null | undefined, wanted: Native): boolean {
  return there != null && Object.entries(wanted).every(([name, value]) => means(name, there[name] === '' ? null : there[name], value === '' ? null : value));
}

/** What an address has that documents may not know: it stays. */
function kept(there: Native | null): Native {
  return Object.fromEntries(optional.flatMap((name) => typeof there?.[name] === 'string' ? [[name, there[name]]] : []));
}

function addressIn(there: Native): AddressWrite { return Object.fromEntries([...needed, ...optional].map((name) => [name, there[name] ?? null])) as unknown as AddressWrite; }

function sameAddress(a: Native | null, b: Native | null): boolean { return a !== null && b !== null && needed.every((name) => (a[name] ?? null) === (b[name] ?? null)); }

function same(a: unknown, b: unknown): boolean { return JSON.stringify(a) === JSON.stringify(b); }
