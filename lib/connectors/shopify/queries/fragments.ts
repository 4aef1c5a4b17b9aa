/** An address of an order or a person. */
export const address = 'firstName lastName company address1 address2 city zip province provinceCode countryCodeV2 phone';

/** Addresses of products that one query asks for. */
export const handlesAtOnce = 50;
