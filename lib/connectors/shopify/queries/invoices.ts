const metafield = 'value compareDigest';

/** What an order says of its invoices. */
export const orderInvoicesQuery = `query OrderInvoices($id: ID!, $namespace: String!) {
  order(id: $id) { id name invoices: metafield(namespace: $namespace, key: "invoices") { ${metafield} } newest: metafield(namespace: $namespace, key: "invoice_number") { ${metafield} } }
}`;
