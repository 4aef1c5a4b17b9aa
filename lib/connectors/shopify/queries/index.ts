/** GraphQL documents, by what they are about. Tests validate each against the vendor's schema of every API version offered. */
export * from './counts';
export * from './shop';
export * from './orders';
export * from './customers';
export * from './customer-writes';
export * from './products';
export * from './product-writes';
export * from './shipments';
export * from './stock';
export * from './prices';
export * from './bulk';
export * from './webhooks';
export * from './payments';
export * from './invoices';
