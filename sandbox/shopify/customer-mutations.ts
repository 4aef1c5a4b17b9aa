import { addressNode, customerNode } from './graph/parties';
import { parseGid } from './ids';
import type { MutationContext } from './mutations';
import { addressFrom, e164, isEmail, sameEmail, type AddressInput } from './party-checks';
import type { Person } from './trade';

interface CustomerInput {
  id?: string | null; email?: string | null; phone?: string | null; firstName?: string | null; lastName?: string | null; locale?: string | null; note?: string | null;
  tags?: string[] | null; taxExempt?: boolean | null; addresses?: MailingInput[] | null;
}
type MailingInput = Omit<AddressInput, 'recipient' | 'zoneCode'> & { company?: string | null; provinceCode?: string | null };
interface Refusal { field: string[] | null; message: string }

/** The mutations of customer accounts. E-mail address and phone number are each the account's alone. */
export const customerMutations = {
  customerCreate: ({ input }: { input: CustomerInput }, context: MutationContext) => {
    const errors = refusals(context, input);
    if (errors.length > 0) return { customer: null, userErrors: errors };
    const now = context.now();
    const person: Person = {
      id: context.state.nextParty('Customer'), firstName: null, lastName: null, email: null, phone: null, company: null, note: null, tags: [], address: null,
      currency: context.facts.currency as Person['currency'], locale: 'en', taxExempt: false, createdAt: now, ...changesOf(input), updatedAt: now,
    };
    context.actions.writePerson(person);
    return { customer: customerNode(context, person), userErrors: [] };
  },

  customerUpdate: ({ input }: { input: CustomerInput }, context: MutationContext) => {
    const person = personAt(context, input.id ?? '');
    if (!person) return { customer: null, userErrors: [{ field: ['id'], message: 'Customer does not exist' }] };
    const errors = refusals(context, input, person);
    if (errors.length > 0) return { customer: null, userErrors: errors };
    const changed = { ...person, ...changesOf(input), updatedAt: context.now() };
    context.actions.writePerson(changed);
    return { customer: customerNode(context, changed), userErrors: [] };
  },

  customerAddressCreate: ({ customerId, address }: { customerId: string; address: MailingInput }, context: MutationContext) => {
    return writeAddress(context, customerId, address);
  },

  customerAddressUpdate: ({ customerId, addressId, address }: { customerId: string; addressId: string; address: MailingInput }, context: MutationContext) => {
    const person = personAt(context, customerId);
    if (person?.address == null || parseGid(addressId).id !== person.id) return { address: null, userErrors: [{ field: ['addressId'], message: 'Address does not exist' }] };
    return writeAddress(context, customerId, address);
  },
};

function personAt({ state }: MutationContext, globalId: string): Person | undefined {
  const { type, id } = parseGid(globalId);
  return type === 'Customer' ? state.person(id) : undefined;
}

function refusals({ state }: MutationContext, input: CustomerInput, own?: Person): Refusal[] {
  const { email, phone } = input;
  const others = state.trade.people.filter((one) => one !== own);
  const nobody = !own && ![email, phone, input.firstName, input.lastName].some((text) => text?.trim());
  return [
    ...(nobody ? [{ field: null, message: 'Customer must have a name, phone number or email address' }] : []),
    ...(email && !isEmail(email) ? [{ field: ['email'], message: 'Email is invalid' }] : []),
    ...(email && others.some((one) => sameEmail(one.email, email)) ? [{ field: ['email'], message: 'Email has already been taken' }] : []),
    ...(phone && !/^\+?\d{7,15}$/.test(e164(phone)) ? [{ field: ['phone'], message: 'Phone is invalid' }] : []),
    ...(phone && others.some((one) => one.phone !== null && e164(one.phone) === e164(phone)) ? [{ field: ['phone'], message: 'Phone has already been taken' }] : []),
    ...(input.tags?.some((tag) => tag.length > 255) ? [{ field: ['tags'], message: 'Tags must be at most 255 characters' }] : []),
  ];
}

function changesOf(input: CustomerInput): Partial<Person> {
  const { email, phone, firstName, lastName, locale, note, tags, taxExempt, addresses } = input;
  return {
    ...(email === undefined ? {} : { email: email?.trim().toLowerCase() || null }), ...(phone === undefined ? {} : { phone: phone ? e164(phone) : null }),
    ...(firstName === undefined ? {} : { firstName }), ...(lastName === undefined ? {} : { lastName }), ...(locale ? { locale } : {}),
    ...(note === undefined ? {} : { note }), ...(tags ? { tags: [...tags].sort() } : {}), ...(taxExempt == null ? {} : { taxExempt }),
    // The first of them is the default one.
    ...(addresses ? { address: addresses[0] ? mailing(addresses[0]) : null } : {}),
  };
}

function mailing(input: MailingInput): NonNullable<Person['address']> {
  const { recipient: _, ...address } = addressFrom({ ...input, zoneCode: input.provinceCode ?? null });
  return { ...address, company: input.company ?? null };
}

/** The sandbox keeps one address of a customer, the default one. */
function writeAddress(context: MutationContext, customerId: string, address: MailingInput): object {
  const person = personAt(context, customerId);
  if (!person) return { address: null, userErrors: [{ field: ['customerId'], message: 'Customer does not exist' }] };
  const changed = { ...person, address: mailing({ ...inputOf(person.address), ...address }), updatedAt: context.now() };
  context.actions.writePerson(changed);
  return { address: addressNode(changed.address, person.id), userErrors: [] };
}

function inputOf(address: Person['address']): MailingInput {
  if (!address) return {};
  const { province: _province, country: _country, ...input } = address;
  return input;
}
