import { bareLocation, type CompanyRecord, type ContactRecord, type LocationRecord } from './companies';
import { companyNode, contactNode, locationNode } from './graph/parties';
import { parseGid } from './ids';
import type { MutationContext } from './mutations';
import {
  addressErrors, addressFrom, companyErrors, contactErrors, e164, locationErrors,
  type AddressInput, type CompanyInput, type ContactInput, type LocationInput, type PartyError,
} from './party-checks';
import type { Person } from './trade';

type Refused<K extends string> = Record<K, null> & { userErrors: PartyError[] };

const refuse = <K extends string>(key: K, ...userErrors: PartyError[]): Refused<K> => ({ [key]: null, userErrors }) as Refused<K>;
const missing = (field: string, message: string): PartyError => ({ field: [field], message, code: 'RESOURCE_NOT_FOUND' });
const noCompany = missing('companyId', 'Resource requested does not exist.');

/** The mutations of companies, their locations and contacts. */
export const companyMutations = {
  companyCreate: (
    { input }: { input: { company: CompanyInput; companyContact?: ContactInput | null; companyLocation?: LocationInput | null } },
    context: MutationContext,
  ) => {
    const { state } = context;
    const { company, companyContact: contact, companyLocation: location } = input;
    const errors = [
      ...companyErrors(state, company, ['input', 'company']), ...(location ? locationErrors(state, location, ['input', 'companyLocation']) : []),
      ...(contact ? contactErrors(state, contact, ['input', 'companyContact']) : []),
    ];
    if (errors.length > 0) return refuse('company', ...errors);
    const now = context.now();
    const index = state.ids.indexOf('Company', state.nextParty('Company'));
    const made: CompanyRecord = {
      index, name: company.name?.trim() ?? '', externalId: company.externalId || null, note: company.note ?? null, createdAt: now, updatedAt: now,
      // A company has a location from the first day on.
      locations: [locationOf(context, location ?? {}, company.name ?? '')], contacts: [], main: null,
    };
    const person = contact ? personOf(context, contact, index) : undefined;
    const whole = person ? withContact(context, made, person, contact ?? {}) : made;
    context.actions.writeCompany({ ...whole, main: whole.contacts[0]?.id ?? null }, { locations: made.locations.map(({ id }) => id), people: person ? [person] : [] });
    return { company: companyNode(context, state.companies.get(index) ?? made), userErrors: [] };
  },

  companyUpdate: ({ companyId, input }: { companyId: string; input: CompanyInput }, context: MutationContext) => {
    const company = companyAt(context, companyId);
    if (!company) return refuse('company', noCompany);
    if (Object.keys(input).length === 0) return refuse('company', { field: ['input'], message: 'No input provided.', code: 'NO_INPUT' });
    const errors = companyErrors(context.state, input, ['input'], company);
    if (errors.length > 0) return refuse('company', ...errors);
    const changed: CompanyRecord = {
      ...company, ...(input.name == null ? {} : { name: input.name.trim() }), ...(input.externalId === undefined ? {} : { externalId: input.externalId || null }),
      ...(input.note === undefined ? {} : { note: input.note }), updatedAt: context.now(),
    };
    context.actions.writeCompany(changed);
    return { company: companyNode(context, changed), userErrors: [] };
  },

  companyLocationCreate: ({ companyId, input }: { companyId: string; input: LocationInput }, context: MutationContext) => {
    const company = companyAt(context, companyId);
    if (!company) return refuse('companyLocation', noCompany);
    const errors = locationErrors(context.state, input, ['input']);
    if (errors.length > 0) return refuse('companyLocation', ...errors);
    const location = locationOf(context, input, input.shippingAddress?.address1 ?? company.name);
    const changed = { ...company, locations: [...company.locations, location], updatedAt: context.now() };
    context.actions.writeCompany(changed, { locations: [location.id] });
    return { companyLocation: locationNode(context, changed, location), userErrors: [] };
  },

  companyLocationUpdate: ({ companyLocationId, input }: { companyLocationId: string; input: LocationInput }, context: MutationContext) => {
    const { location } = locationAt(context, companyLocationId);
    if (!location) return refuse('companyLocation', missing('input', "The company location doesn't exist"));
    const errors = locationErrors(context.state, input, ['input'], location);
    if (errors.length > 0) return refuse('companyLocation', ...errors);
    return { companyLocation: changeLocation(context, location, changesOf(input)), userErrors: [] };
  },

  companyLocationAssignAddress: (
    { locationId, address, addressTypes }: { locationId: string; address: AddressInput; addressTypes: ('BILLING' | 'SHIPPING')[] }, context: MutationContext,
  ) => {
    const { location } = locationAt(context, locationId);
    if (!location) return refuse('addresses', missing('locationId', "The company location doesn't exist"));
    const errors = addressErrors(address, ['address']);
    if (errors.length > 0) return refuse('addresses', ...errors);
    const kinds = [...new Set(addressTypes)].map((type) => type === 'BILLING' ? 'billing' : 'shipping');
    const node = changeLocation(context, location, Object.fromEntries(kinds.map((kind) => [kind, addressFrom(address)])));
    return { addresses: () => kinds.map((kind) => (node as Record<string, () => object>)[`${kind}Address`]?.()), userErrors: [] };
  },

  companyLocationTaxSettingsUpdate: (
    { companyLocationId, taxRegistrationId, taxExempt, exemptionsToAssign, exemptionsToRemove }: {
      companyLocationId: string; taxRegistrationId?: string | null; taxExempt?: boolean | null; exemptionsToAssign?: string[] | null; exemptionsToRemove?: string[] | null;
    }, context: MutationContext,
  ) => {
    const { location } = locationAt(context, companyLocationId);
    if (!location) return refuse('companyLocation', missing('companyLocationId', "The company location doesn't exist"));
    if (taxExempt === null) return refuse('companyLocation', { field: ['taxExempt'], message: 'Tax exempt must be true or false', code: 'INVALID_INPUT' });
    if (taxRegistrationId === undefined && taxExempt === undefined && !exemptionsToAssign && !exemptionsToRemove) {
      return refuse('companyLocation', { field: ['companyLocationId'], message: 'No tax settings input was provided', code: 'NO_INPUT' });
    }
    const exemptions = [...new Set([...location.taxExemptions, ...exemptionsToAssign ?? []])].filter((one) => !exemptionsToRemove?.includes(one)).sort();
    return {
      companyLocation: changeLocation(context, location, {
        taxExemptions: exemptions, ...(taxRegistrationId === undefined ? {} : { taxRegistrationId }), ...(taxExempt === undefined ? {} : { taxExempt }),
      }), userErrors: [],
    };
  },

  companyContactCreate: ({ companyId, input }: { companyId: string; input: ContactInput }, context: MutationContext) => {
    const company = companyAt(context, companyId);
    if (!company) return refuse('companyContact', noCompany);
    const errors = contactErrors(context.state, input, ['input']);
    if (errors.length > 0) return refuse('companyContact', ...errors);
    return contactAnswer(context, company, personOf(context, input, company.index), input);
  },

  companyContactUpdate: ({ companyContactId, input }: { companyContactId: string; input: ContactInput }, context: MutationContext) => {
    const { state } = context;
    const { type, id } = parseGid(companyContactId);
    const [company, contact] = type === 'CompanyContact' ? [state.companyOf(type, id), state.contact(id)] : [];
    const person = contact && state.person(contact.customer);
    if (!company || !contact || !person) return refuse('companyContact', missing('companyContactId', 'Resource requested does not exist.'));
    const errors = contactErrors(state, input, ['input'], person);
    if (errors.length > 0) return refuse('companyContact', ...errors);
    const now = context.now();
    const changed: ContactRecord = {
      ...contact, ...(input.title === undefined ? {} : { title: input.title }), ...(input.locale === undefined ? {} : { locale: input.locale }), updatedAt: now,
    };
    const whole = { ...company, contacts: company.contacts.map((one) => one === contact ? changed : one), updatedAt: now };
    context.actions.writeCompany(whole, { people: [{ ...person, ...personChanges(input), updatedAt: now }] });
    return { companyContact: contactNode(context, whole, changed), userErrors: [] };
  },

  companyAssignCustomerAsContact: ({ companyId, customerId }: { companyId: string; customerId: string }, context: MutationContext) => {
    const company = companyAt(context, companyId);
    if (!company) return refuse('companyContact', noCompany);
    const { type, id } = parseGid(customerId);
    const person = type === 'Customer' ? context.state.person(id) : undefined;
    if (!person) return refuse('companyContact', missing('customerId', 'Customer does not exist.'));
    const refused = person.company !== null ? 'Customer is already associated with a company contact.'
      : person.email === null ? 'Customer must have an email address.' : undefined;
    if (refused !== undefined) return refuse('companyContact', { field: ['companyId'], message: refused, code: 'INVALID_INPUT' });
    return contactAnswer(context, company, { ...person, company: company.index, updatedAt: context.now() }, {});
  },

  companyAssignMainContact: ({ companyId, companyContactId }: { companyId: string; companyContactId: string }, context: MutationContext) => {
    const company = companyAt(context, companyId);
    if (!company) return refuse('company', noCompany);
    const { id } = parseGid(companyContactId);
    if (!company.contacts.some((contact) => contact.id === id)) return refuse('company', missing('companyContactId', "The company contact doesn't exist."));
    const changed = { ...company, main: id, updatedAt: context.now() };
    context.actions.writeCompany(changed);
    return { company: companyNode(context, changed), userErrors: [] };
  },
};

function companyAt({ state }: MutationContext, globalId: string): CompanyRecord | undefined {
  const { type, id } = parseGid(globalId);
  return type === 'Company' ? state.companyOf(type, id) : undefined;
}

function locationAt({ state }: MutationContext, globalId: string): { location?: LocationRecord | undefined } {
  const { type, id } = parseGid(globalId);
  return type === 'CompanyLocation' ? { location: state.location(id) } : {};
}

function locationOf(context: MutationContext, input: LocationInput, name: string): LocationRecord {
  const shipping = input.shippingAddress ? addressFrom(input.shippingAddress) : null;
  const billing = input.billingSameAsShipping ? shipping : input.billingAddress ? addressFrom(input.billingAddress) : null;
  const bare = bareLocation(context.state.nextParty('CompanyLocation'), name, context.facts.currency, context.now());
  return {
    ...bare, ...changesOf(input), billing, shipping, taxRegistrationId: input.taxRegistrationId ?? null, taxExempt: input.taxExempt ?? false,
    taxExemptions: input.taxExemptions ?? [],
  };
}

/** What a location becomes by an input; addresses and taxes are changed by mutations of their own. */
function changesOf(input: LocationInput): Partial<LocationRecord> {
  const { buyerExperienceConfiguration: experience, externalId, name, phone } = input;
  const { note, locale } = input;
  return {
    ...(name == null ? {} : { name: name.trim() }), ...(externalId === undefined ? {} : { externalId: externalId || null }),
    ...(note === undefined ? {} : { note }), ...(phone === undefined ? {} : { phone: phone === null ? null : e164(phone) }),
    ...(locale === undefined ? {} : { locale }),
    ...(experience?.checkoutToDraft == null ? {} : { checkoutToDraft: experience.checkoutToDraft }),
    ...(experience?.editableShippingAddress == null ? {} : { editableShippingAddress: experience.editableShippingAddress }),
    ...(experience?.paymentTermsTemplateId === undefined ? {} : { terms: experience.paymentTermsTemplateId && parseGid(experience.paymentTermsTemplateId).id }),
  };
}

function changeLocation(context: MutationContext, location: LocationRecord, change: Partial<LocationRecord>): object {
  const company = context.state.companyOf('CompanyLocation', location.id);
  if (!company) throw new RangeError(`The sandbox has no location ${location.id}`);
  const changed = { ...location, ...change, updatedAt: context.now() };
  const whole = { ...company, locations: company.locations.map((one) => one === location ? changed : one), updatedAt: context.now() };
  context.actions.writeCompany(whole, { locations: [location.id] });
  return locationNode(context, whole, changed);
}

function contactAnswer(context: MutationContext, company: CompanyRecord, person: Person, input: ContactInput): object {
  const whole = withContact(context, company, person, input);
  context.actions.writeCompany(whole, { people: [person] });
  const contact = whole.contacts.at(-1);
  return { companyContact: contact && contactNode(context, whole, contact), userErrors: [] };
}

function withContact(context: MutationContext, company: CompanyRecord, person: Person, input: ContactInput): CompanyRecord {
  const now = context.now();
  const contact: ContactRecord = {
    id: context.state.nextParty('CompanyContact'), customer: person.id, title: input.title ?? null, locale: input.locale ?? person.locale, createdAt: now, updatedAt: now,
  };
  return { ...company, contacts: [...company.contacts, contact], updatedAt: now };
}

function personOf(context: MutationContext, input: ContactInput, company: number): Person {
  const now = context.now();
  return {
    id: context.state.nextParty('Customer'), firstName: null, lastName: null, email: null, phone: null, currency: context.facts.currency as Person['currency'],
    locale: input.locale ?? 'en', taxExempt: false, note: null, tags: [], address: null, createdAt: now, updatedAt: now, ...personChanges(input), company,
  };
}

function personChanges(input: ContactInput): Partial<Person> {
  const { email, phone, firstName, lastName } = input;
  return {
    ...(email == null ? {} : { email: email.trim().toLowerCase() }), ...(phone === undefined ? {} : { phone: phone === null ? null : e164(phone) }),
    ...(firstName === undefined ? {} : { firstName }), ...(lastName === undefined ? {} : { lastName }),
  };
}
