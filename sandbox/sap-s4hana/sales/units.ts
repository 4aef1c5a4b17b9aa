/** A unit by its three names in the system: internal (German), shown in English, ISO; and UN/ECE's. */
export interface Unit { sap: string; external: string; iso: string; unece: string }

export const units: readonly Unit[] = [
  { sap: 'ST', external: 'PC', iso: 'PCE', unece: 'C62' },
  { sap: 'BOX', external: 'BOX', iso: 'BX', unece: 'XBX' },
  { sap: 'KG', external: 'KG', iso: 'KGM', unece: 'KGM' },
  { sap: 'M', external: 'M', iso: 'MTR', unece: 'MTR' },
  { sap: 'STD', external: 'H', iso: 'HUR', unece: 'HUR' },
  { sap: 'G', external: 'G', iso: 'GRM', unece: 'GRM' },
];

/** The unit by any of its names in the system; not by UN/ECE's where that is another word (C62). */
export const unitBy = (code: string): Unit | undefined => units.find(({ sap, external, iso }) => code === external || code === sap || code === iso);
