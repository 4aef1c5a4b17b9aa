import { gid } from './ids';

/** What orders of a location can be paid on; a shop has these and makes no others. */
export interface TermsTemplate { id: string; name: string; type: 'FIXED' | 'FULFILLMENT' | 'NET' | 'RECEIPT'; days: number | null }

export const termsTemplates: readonly TermsTemplate[] = [
  { id: '1', name: 'Due on receipt', type: 'RECEIPT', days: null },
  ...[7, 15, 30, 45, 60, 90].map((days, at): TermsTemplate => ({ id: String(at + 2), name: `Net ${String(days)}`, type: 'NET', days })),
  { id: '8', name: 'Fixed', type: 'FIXED', days: null }, { id: '9', name: 'Due on fulfillment', type: 'FULFILLMENT', days: null },
];

/** The template for so many net days; 0 is due on receipt. */
export function templateOf(netDays: number): TermsTemplate | undefined {
  return termsTemplates.find(({ type, days }) => netDays === 0 ? type === 'RECEIPT' : days === netDays);
}

/** A `PaymentTermsTemplate`. */
export function termsTemplateNode({ id, name, type, days }: TermsTemplate): object {
  return {
    __typename: 'PaymentTermsTemplate', id: gid('PaymentTermsTemplate', id), name, translatedName: name, description: name, dueInDays: days,
    paymentTermsType: type,
  };
}
