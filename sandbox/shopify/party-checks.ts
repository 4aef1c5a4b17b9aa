import type { CompanyAddress, CompanyRecord, LocationRecord } from './companies';
import { gid } from './ids';
import { termsTemplates } from './payment-terms';
import type { ShopState } from './state';
import { countries, provinces, type Person } from './trade';

/** Fields of the API's inputs that the sandbox knows of; absent leaves as it is, null takes away. */
export interface AddressInput {
  address1?: string | null; address2?: string | null; city?: string | null; countryCode?: string | null; firstName?: string | null;
  lastName?: string | null; phone?: string | null; recipient?: string | null; zip?: string | null; zoneCode?: string | null;
}
export interface CompanyInput { name?: string | null; externalId?: string | null; note?: string | null; customerSince?: string | null }
export interface ContactInput {
  email?: string | null; firstName?: string | null; lastName?: string | null; locale?: string | null; phone?: string | null; title?: string | null;
}
export interface LocationInput {
  name?: string | null; externalId?: string | null; note?: string | null; phone?: string | null; locale?: string | null;
  billingAddress?: AddressInput | null; shippingAddress?: AddressInput | null; billingSameAsShipping?: boolean | null;
  taxExempt?: boolean | null; taxRegistrationId?: string | null; taxExemptions?: string[] | null;
  buyerExperienceConfiguration?: { checkoutToDraft?: boolean | null; editableShippingAddress?: boolean | null; paymentTermsTemplateId?: string | null } | null;
}

/** A refusal of the mutations of companies. */
export interface PartyError { field: string[] | null; message: string; code: string }

/** Characters an external id may be made of. */
const externalIdPattern = /^[A-Za-z0-9!@#$%^&*(){}[\]\\/?<>_\-~.,;:'"`]*$/;

/** What is wrong with a company; `own`: the one that is changed. */
export function companyErrors(state: ShopState, input: CompanyInput, path: string[], own?: CompanyRecord): PartyError[] {
  const { name, externalId, note } = input;
  const taken = [...state.companies.values()].some((one) => one !== own && one.externalId === externalId);
  return [
    ...nameErrors(name, path, own === undefined), ...externalIdErrors(externalId, taken, path),
    ...(note && note.length > 5000 ? [error([...path, 'notes'], 'Notes is too long (maximum is 5000 characters)', 'TOO_LONG')] : []),
    ...(own && input.customerSince !== undefined ? [error([...path, 'customerSince'], 'This field may only be set on creation.', 'INVALID_INPUT')] : []),
  ];
}

/** What is wrong with a location; `own`: the one that is changed. */
export function locationErrors(state: ShopState, input: LocationInput, path: string[], own?: LocationRecord): PartyError[] {
  const { name, externalId, billingAddress, shippingAddress, billingSameAsShipping, taxExempt, buyerExperienceConfiguration: experience } = input;
  const taken = [...state.companies.values()].some(({ locations }) => locations.some((one) => one !== own && one.externalId === externalId));
  const template = experience?.paymentTermsTemplateId;
  return [
    ...nameErrors(name ?? undefined, path, false), ...externalIdErrors(externalId, taken, path),
    ...(billingSameAsShipping && billingAddress ? [error([...path, 'billingAddress'], 'Invalid input.', 'INVALID_INPUT')] : []),
    ...(taxExempt === null ? [error([...path, 'taxExempt'], 'Invalid input.', 'INVALID_INPUT')] : []),
    ...(experience && Object.keys(experience).length === 0 ? [error([...path, 'buyerExperienceConfiguration'], 'Invalid input.', 'INVALID_INPUT')] : []),
    ...(template && !termsTemplates.some(({ id }) => gid('PaymentTermsTemplate', id) === template)
      ? [error([...path, 'buyerExperienceConfiguration', 'paymentTermsTemplateId'], "The payment terms template doesn't exist.", 'RESOURCE_NOT_FOUND')] : []),
    ...(billingAddress ? addressErrors(billingAddress, [...path, 'billingAddress']) : []),
    ...(shippingAddress ? addressErrors(shippingAddress, [...path, 'shippingAddress']) : []),
  ];
}

/** What is wrong with a contact; `own`: the account that is changed. */
export function contactErrors(state: ShopState, input: ContactInput, path: string[], own?: Person): PartyError[] {
  const { email, phone } = input;
  if (!own && !email) return [error(path, 'Either the attribute email or customer_id must be provided', 'INVALID')];
  if ([input.firstName, input.lastName, input.title].some((text) => text && /<.*>/.test(text))) return [error(path, 'Invalid input.', 'INVALID_INPUT')];
  if (email && !isEmail(email)) return [error([...path, 'email'], own ? 'Email address is invalid' : 'Email is invalid', 'INVALID')];
  const { people } = state.trade;
  const others = people.filter((one) => one.id !== own?.id);
  return [
    ...(email && others.some((one) => sameEmail(one.email, email)) ? [error([...path, 'email'], 'Email address has already been taken.', 'TAKEN')] : []),
    ...(phone && others.some((one) => one.phone !== null && e164(one.phone) === e164(phone)) ? [error([...path, 'phone'], 'Phone number has already been taken.', 'TAKEN')] : []),
    ...(phone && !/^\+?\d{7,15}$/.test(e164(phone)) ? [error([...path, 'phone'], 'Phone is invalid', 'INVALID')] : []),
  ];
}

/** What is wrong with an address. */
export function addressErrors(address: AddressInput, path: string[]): PartyError[] {
  const marked = Object.entries(address).find(([, text]) => typeof text === 'string' && (/<.*>/.test(text) || /\p{Extended_Pictographic}/u.test(text)));
  if (marked) return [error([...path, marked[0]], `${title(marked[0])} is invalid`, 'INVALID')];
  const { countryCode, zoneCode, zip } = address;
  if (zoneCode && countryCode === 'US' && !/^(A[KLRZ]|C[AOT]|D[CE]|FL|GA|HI|I[ADLN]|K[SY]|LA|M[ADEINOST]|N[CDEHJMVY]|O[HKR]|P[AR]|RI|S[CD]|T[NX]|UT|V[AT]|W[AIVY])$/.test(zoneCode)) {
    return [error([...path, 'zoneCode'], 'Zone code is invalid', 'INVALID')];
  }
  return zip && countryCode === 'US' && !/^\d{5}(-\d{4})?$/.test(zip) ? [error([...path, 'zip'], 'Zip is invalid', 'INVALID')] : [];
}

/** An address as it is kept. */
export function addressFrom(input: AddressInput): CompanyAddress {
  const text = (value: string | null | undefined): string | null => value?.trim() || null;
  const { countryCode = '' } = input;
  return {
    recipient: text(input.recipient), firstName: text(input.firstName), lastName: text(input.lastName), address1: text(input.address1) ?? '',
    address2: text(input.address2), city: text(input.city) ?? '', zip: text(input.zip) ?? '', provinceCode: text(input.zoneCode),
    province: input.zoneCode ? provinces[input.zoneCode] ?? input.zoneCode : null, countryCode: countryCode ?? '',
    country: (countries as Partial<Record<string, { name: string }>>)[countryCode ?? '']?.name ?? countryCode ?? '', phone: text(input.phone) && e164(input.phone ?? ''),
  };
}

export const isEmail = (email: string): boolean => /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(email.trim());
export const sameEmail = (a: string | null, b: string): boolean => a?.toLowerCase() === b.trim().toLowerCase();
/** A phone number without what people put between its digits; the shop keeps numbers so. */
export const e164 = (phone: string): string => phone.replace(/^\s*00/, '+').replace(/[^\d+]/g, '');

function nameErrors(name: string | null | undefined, path: string[], required: boolean): PartyError[] {
  if (name === undefined && !required) return [];
  if (!name?.replace(/<[^>]*>/g, '').trim()) return [error([...path, 'name'], "Name can't be blank", 'BLANK')];
  return name.length > 255 ? [error([...path, 'name'], 'Name is too long (maximum is 255 characters)', 'TOO_LONG')] : [];
}

function externalIdErrors(externalId: string | null | undefined, taken: boolean, path: string[]): PartyError[] {
  if (!externalId) return [];
  const at = [...path, 'externalId'];
  if (externalId.length > 64) return [error(at, 'External Id must be 64 characters or less.', 'TOO_LONG')];
  if (!externalIdPattern.test(externalId)) return [error(at, 'External Id can only contain numbers, letters, and some special characters.', 'INVALID')];
  return taken ? [error(at, 'External id has already been taken.', 'TAKEN')] : [];
}

function error(field: string[], message: string, code: string): PartyError { return { field, message, code }; }
const title = (name: string): string => name.charAt(0).toUpperCase() + name.slice(1).replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
