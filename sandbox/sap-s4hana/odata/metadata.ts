import { xml } from './errors';
import type { EntityType, Property } from './model';

/** A `$metadata` document for the entities of a service, with the flags that clients read. */
export function metadata(service: string, types: EntityType[]): string {
  const entityTypes = types.map((type) => `<EntityType Name="${type.set}Type"><Key>${type.keys.map(({ name }) => `<PropertyRef Name="${name}"/>`).join('')}</Key>`
    + [...type.properties.values()].map((property) => propertyXml(property, type.etag === property.name)).join('')
    + [...type.navigations.values()].map(({ name, to }) => `<NavigationProperty Name="${name}" Relationship="${service}.${type.set}_${name}" FromRole="${type.set}" ToRole="${to}"/>`).join('')
    + '</EntityType>').join('');
  const associations = types.flatMap((type) => [...type.navigations.values()].map(({ name, to, many }) =>
    `<Association Name="${type.set}_${name}"><End Type="${service}.${type.set}Type" Multiplicity="1" Role="${type.set}"/><End Type="${service}.${to}Type" Multiplicity="${many ? '*' : '0..1'}" Role="${to}"/></Association>`)).join('');
  const sets = types.map((type) => `<EntitySet Name="${type.set}" EntityType="${service}.${type.set}Type"${flags(type)}/>`).join('');
  return '<?xml version="1.0" encoding="utf-8"?><edmx:Edmx Version="1.0" xmlns:edmx="http://schemas.microsoft.com/ado/2007/06/edmx">'
    + '<edmx:DataServices m:DataServiceVersion="2.0" xmlns:m="http://schemas.microsoft.com/ado/2007/08/dataservices/metadata">'
    + `<Schema Namespace="${xml(service)}" xmlns="http://schemas.microsoft.com/ado/2008/09/edm" xmlns:sap="http://www.sap.com/Protocols/SAPData">`
    + `${entityTypes}${associations}<EntityContainer Name="${service}_Entities" m:IsDefaultEntityContainer="true">${sets}</EntityContainer></Schema></edmx:DataServices></edmx:Edmx>`;
}

/** What may not be done with a set. */
function flags(type: EntityType): string {
  return (['creatable', 'updatable', 'deletable'] as const).map((flag) => type[flag] ? '' : ` sap:${flag}="false"`).join('');
}

function propertyXml({ name, type, key, maxLength, precision, scale, readOnly }: Property, isETag: boolean): string {
  const facets = [
    ...(maxLength === undefined ? [] : [`MaxLength="${String(maxLength)}"`]),
    ...(precision === undefined ? [] : [`Precision="${String(precision)}" Scale="${String(scale)}"`]),
    ...(key ? ['Nullable="false"'] : []), ...(isETag ? ['ConcurrencyMode="Fixed"'] : []),
    ...(readOnly ? ['sap:creatable="false" sap:updatable="false"'] : []),
  ];
  return `<Property Name="${name}" Type="${type}" ${facets.join(' ')}/>`;
}
