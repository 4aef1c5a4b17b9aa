import type { Amount, Order, OrderLine } from '../lib/documents/types';

const eur = (cents: number): Amount => ({ value: (cents / 100).toFixed(2), currency: 'EUR' });
const category = { code: 'S', percent: '19', scheme: 'VAT' } as const;

/** A B2B order as shops send it: discounts on every third line, freight, addresses, terms. It adds up. */
export function makeOrder(lineCount = 20): Order {
  const nets: number[] = [];
  const lines = Array.from({ length: lineCount }, (_, i): OrderLine => {
    const [quantity, price] = [1 + i * 3 % 7, 1999 + i * 731];
    const discount = i % 3 === 0 ? Math.round(quantity * price / 20) : 0;
    nets.push(quantity * price - discount);
    return {
      id: String(14111 + i), externalIds: [{ system: 'shopify:acme.myshopify.com', type: 'LineItem', id: `gid://shopify/LineItem/${String(14111 + i)}` }],
      lineKind: 'product', position: i + 1, lineStatus: 'open',
      item: { sku: `MAT-${String(i + 1).padStart(5, '0')}`, name: `Hex bolt M8x${String(20 + i)} A2, box of 100`, buyersItemId: `MM-${String(4711 + i)}` },
      quantity: { value: String(quantity), unitCode: i % 2 === 0 ? 'XBX' : 'C62' },
      unitPrice: { priceAmount: eur(price), includesTax: false },
      ...(discount > 0 ? { allowanceCharges: [{ chargeIndicator: false, amount: eur(discount), kind: 'volume', reason: 'Project discount' }] } : {}),
      lineExtensionAmount: eur(nets[i] ?? 0), taxCategory: category,
    };
  });
  const sum = nets.reduce((a, b) => a + b, 0);
  const freight = 4900;
  const tax = Math.round((sum + freight) * 0.19);
  const address = { streetName: 'Industriestraße', buildingNumber: '12a', cityName: 'Augsburg', postalZone: '86153', countrySubentityCode: 'DE-BY', countryCode: 'DE' };
  const party = { customerNumber: '0000104711', legalName: 'Müller Maschinenbau GmbH', taxIds: [{ scheme: 'VAT' as const, id: 'DE123456789', countryCode: 'DE' }], address };
  return {
    schemaVersion: '1.0', id: 'shopify:order:5912345678901', version: { sourceUpdatedAt: '2026-11-23T02:41:03Z' },
    externalIds: [{ system: 'shopify:acme.myshopify.com', type: 'Order', id: 'gid://shopify/Order/5912345678901', number: '#B2B-10427' }],
    systemOfRecord: 'shopify:acme.myshopify.com', orderNumber: '#B2B-10427', revision: 1, channel: 'b2bPortal', updatedAt: '2026-11-23T02:41:03Z',
    issuedAt: '2026-11-23T00:12:44Z', timeZone: 'Europe/Berlin', issueDate: '2026-11-23', documentCurrencyCode: 'EUR', pricesIncludeTax: false,
    taxRounding: { level: 'taxSubtotal', mode: 'halfUp', scale: 2 }, orderStatus: 'open', paymentStatus: 'unpaid', fulfillmentStatus: 'unfulfilled',
    purchaseOrderNumber: 'PO-2026-08815', buyerReference: 'KST-4100', customerNote: 'Bitte Anlieferung Tor 3, werktags 7-15 Uhr',
    buyerParty: { ...party, contact: { name: 'Petra Huber', email: 'p.huber@mueller-mb.example' } }, accountingParty: party, deliveryParty: party,
    paymentTerms: { type: 'net', code: 'ZB30', netDays: 30 }, deliveryTerms: { code: 'DAP', place: 'Augsburg' }, requestedDeliveryDate: '2026-11-30', lines,
    shippingLines: [{ id: 's1', code: 'FREIGHT-DE', title: 'Pallet freight', amount: eur(freight), taxCategory: category }],
    taxTotals: [{ taxAmount: eur(tax), subtotals: [{ taxableAmount: eur(sum + freight), taxAmount: eur(tax), category }] }],
    monetaryTotal: {
      lineExtensionAmount: eur(sum), chargeTotalAmount: eur(freight), taxExclusiveAmount: eur(sum + freight),
      taxInclusiveAmount: eur(sum + freight + tax), payableAmount: eur(sum + freight + tax),
    },
    tags: ['b2b'], attributes: { 'cost-center': '4100' },
  };
}
