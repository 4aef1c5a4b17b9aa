import type { SettingField } from '../contract';

/** Which stock is offered where, and what of it. */
export const stockLocations: SettingField = {
  name: 'stockLocations', section: 'stock', type: 'table',
  doc: 'Locations stock is told of. Without any, each plant is a location of its own name, with its unrestricted-use stock.',
  columns: [
    { name: 'plant', type: 'text', required: true, pattern: '^\\w{1,4}$', doc: 'Plant, e.g. `1010`.' },
    { name: 'storageLocation', type: 'text', pattern: '^(\\w{1,4}( +\\w{1,4})*)?$', doc: 'Storage locations, with blanks between them. Empty: all of the plant.' },
    { name: 'location', type: 'text', pattern: '^[^/]{1,60}$', doc: 'Code of the location in documents, without slashes; the shop maps it to its own. Empty: the plant.' },
    { name: 'stockTypes', type: 'text', default: '01', pattern: '^\\w{1,2}( +\\w{1,2})*$', doc: 'Stock types that may be sold, with blanks between them: `01` unrestricted use, `02` quality inspection …' },
    { name: 'safetyStock', type: 'text', default: '0', pattern: '^\\d{1,12}(\\.\\d{1,3})?( *%)?$', doc: 'Kept back: a quantity such as `5`, or a part such as `10 %`.' },
    { name: 'openOrders', type: 'select', default: 'subtract', options: ['subtract', 'ignore'], doc: '`subtract`: what open sales orders still need is not available; `ignore`: it is.' },
  ],
};
