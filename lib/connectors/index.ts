import { register } from './registry';
import { sapS4hana } from './sap-s4hana';
import { shopify } from './shopify';

/** Importing this file makes every vendor known to the registry. */
[shopify, sapS4hana].forEach(register);
