/** The organisation and the codes the sandbox's client is customised with. */
export const organisation = {
  company: '1010', salesOrganization: '1010', distributionChannel: '10', division: '00', plant: '1010',
  orderTypes: ['OR', 'TA', 'ZOR'],
  paymentTerms: ['NT00', 'NT10', 'NT14', 'NT30', 'NT45', 'NT60', 'NT90', '0001', '0002'],
  textIds: ['TX01', 'TX02', 'TX03', '0001', '0002', 'ZWEB'],
  /** Partner function as shown -> as kept. */
  partnerFunctions: { SP: 'AG', AG: 'AG', BP: 'RE', RE: 'RE', PY: 'RG', RG: 'RG', SH: 'WE', WE: 'WE', CP: 'AP', AP: 'AP' } as Record<string, string>,
  rejectionReasons: ['00', '10', '20', '50', '52', '62', 'Z1'],
} as const;
