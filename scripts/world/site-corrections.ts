/**
 * Kept tables: what the site list of 2020 gets wrong. Names of owners that changed, places whose code or keeper changed,
 * rows that are no place a patient could be sent to. The maker stops when a row named here is not in the source.
 */

/**
 * Five rows still carry the name of Virgin Care, which became HCRG Care Group in December 2021.
 * Site code → name.
 */
export const formerOwner: Readonly<Record<string, string>> = {
  NDA07: 'Walton Community Hospital',
  NDA18: 'Woking Community Hospital',
  NDAJ0: 'Livingstone Community Hospital',
  NQT95: 'Haslemere Hospital',
  NQT2S: "Queen's Hospital, Burton (HCRG Care Group clinics)",
};

/** A site's name today, or one that can be told from its namesakes. */
export const siteNames: Readonly<Record<string, string>> = {
  ...formerOwner,
  NDJZZ: 'Caterham Dene Community Hospital',
  NCNDC: 'DMC Community Dermatology, Sheppey Community Hospital',
  NLX22: 'Thornbury Hospital',
  NPG07: 'SpaMedica Wakefield',
  NPG09: 'SpaMedica Bolton',
  NT206: 'Nuffield Health, Bristol Hospital (The Chesterfield)',
  NT244: 'Nuffield Health, The Manor Hospital, Oxford',
  NTP11: 'Practice Plus Group Hospital, Southampton',
  NTP15: 'Practice Plus Group Hospital, Ilford',
  NTPH2: 'Practice Plus Group Hospital, Emersons Green',
  NTPH5: 'Practice Plus Group Hospital, Plymouth',
  NV302: 'Sulis Hospital Bath',
  NVC25: 'The Cherwell Hospital',
  NYW01: 'Nuffield Health, The Holly Hospital',
  NYW02: 'Nuffield Health, Parkside Hospital',
  NYW03: 'Nuffield Health, Highgate Hospital',
  NYW04: 'Claremont Private Hospital',
  AAV16: 'Community Health and Eyecare, First Trust Hospital',
  DX101: 'The New Foscote Hospital',
  NTX0B: 'One Health Group, Kinvara Hospital',
  R0A05: "Saint Mary's Hospital",
  R1F01: "St Mary's Hospital, Newport",
  R1HNH: 'Newham University Hospital',
  RA958: 'Paignton Health and Wellbeing Centre',
  RAE05: "St Luke's Hospital",
  RBS25: "Alder Hey Children's Hospital",
  RBV01: 'The Christie',
  RBZ91: 'Tyrrell Hospital, Ilfracombe',
  RCB55: 'York Hospital',
  RCB05: "St Monica's Hospital",
  RCD6D: 'New Selby War Memorial Hospital',
  RD115: 'Royal National Hospital for Rheumatic Diseases',
  RD130: 'Royal United Hospital, Bath',
  RD816: 'Milton Keynes University Hospital',
  RDD02: 'Basildon Hospital Dermatology, Canvey Island',
  RDD03: 'Basildon Hospital Dermatology, Benfleet',
  REP01: "Liverpool Women's Hospital",
  RFRPA: 'Rotherham Hospital',
  RGT01: "Addenbrooke's Hospital",
  RH854: 'Honiton Hospital',
  RH859: 'Victoria Hospital, Sidmouth',
  RHU02: "St Mary's Hospital, Portsmouth",
  RHU10: 'Gosport War Memorial Hospital',
  RJ122: "St Thomas' Hospital",
  RJ731: "Queen Mary's Hospital, Roehampton",
  RJ809: "St Mary's Community Hospital, Isles of Scilly",
  RJ867: 'Stratton Hospital',
  RKB01: 'University Hospital, Coventry',
  RLQ01: 'The County Hospital, Hereford',
  RM301: 'Salford Royal Hospital',
  RMP01: 'Tameside General Hospital',
  RNS01: 'Northampton General Hospital',
  RNUFF: 'Townlands Memorial Hospital',
  RPGHF: "Queen Mary's Hospital, Sidcup",
  RRE11: "St George's Hospital, Stafford",
  RTD10: "Great North Children's Hospital",
  RTD13: 'Cramlington Treatment Centre',
  RVVKC: 'Kent and Canterbury Hospital',
  RVY02: 'Ormskirk and District General Hospital',
  RWDAA: 'County Hospital, Louth',
  RWELH: 'Hinckley and District Hospital',
  RX1AA: 'Ropewalk House',
  RX1CC: 'Nottingham City Hospital',
  RX1RA: "Queen's Medical Centre",
  RYJ01: "St Mary's Hospital, Paddington",
  RYWT3: 'Birmingham Dental Hospital',
  RX2E9: 'The Hellingly Centre',
  RRV30: 'University College Hospital at Westmoreland Street',
  RRVNQ: 'National Hospital for Neurology and Neurosurgery',
};

/** The code under which NHS England publishes a place's waits, where it is neither its own nor its provider's. */
export const publishedAs: Readonly<Record<string, string>> = {
  NPG09: 'NPG08',
  NTYF2: 'NNH05',
  NV302: 'G3Z1Q',
  NV323: 'F9Z4V',
  NVG01: 'Y9S1N',
  NYW01: 'H4I8B',
  NYW02: 'R0F4N',
  NYW03: 'G3Q3Z',
  NYW04: 'B3M1X',
};

/** A provider's name today. What is not here is named as NHS England's waits or the trust register name it. */
export const providerNames: Readonly<Record<string, string>> = {
  AAH: 'Tetbury Hospital Trust',
  AAV: 'Community Health and Eyecare',
  ADP: 'KIMS Hospital',
  AVQ: 'One Healthcare',
  DJH: 'The Royal Buckinghamshire Hospital',
  DX1: 'The New Foscote Hospital',
  G3Z1Q: 'Sulis Hospital Bath',
  NCN: 'DMC Healthcare',
  NCR: 'iSIGHT',
  NDA: 'HCRG Care Group',
  NDJ: 'First Community Health and Care',
  NLX: 'Sirona Care and Health',
  NN8: 'Spencer Private Hospitals',
  NNH: 'Optegra',
  NPG: 'SpaMedica',
  NQM: 'Orthopaedics and Spine Specialist Hospital',
  NQT: 'HCRG Care Group',
  NR5: 'Livewell Southwest',
  NT2: 'Nuffield Health',
  NT3: 'Spire Healthcare',
  NT4: 'Circle Health Group',
  NTE: "St Hugh's Healthcare",
  NTP: 'Practice Plus Group',
  NTV: 'CSH Surrey',
  NTX: 'One Health Group',
  NTY: 'Optegra',
  NV3: 'Circle Health Group',
  NVC: 'Ramsay Health Care UK',
  NVG: 'Fairfield Independent Hospital',
  NVM: 'Epsomedical Group',
  NWF: 'Benenden Hospital',
  NXM: 'The Horder Centre',
  RA7: 'University Hospitals Bristol and Weston NHS Foundation Trust',
  TAD: 'Bradford District Care NHS Foundation Trust',
  TAJ: 'Black Country Healthcare NHS Foundation Trust',
};

/** Whose site it is today, where the source says otherwise. */
export const siteProviders: Readonly<Record<string, string>> = {
  NTYF2: 'NNH',
  NV302: 'G3Z1Q',
  NYW01: 'NT2',
  NYW02: 'NT2',
  NYW03: 'NT2',
  NYW04: 'NT3',
  RTP25: 'NTV',
  RW602: 'R0A',
  TAF02: 'G6V2S',
  TAF21: 'G6V2S',
  TAF36: 'G6V2S',
};

/** Two main hospitals that the site list lacks; the trust register has their addresses. They get their trust's code. */
export const missing: Readonly<Record<string, string>> = {
  REM: 'Royal Liverpool University Hospital',
  RNN: 'Cumberland Infirmary',
};

export const siteRegions: Readonly<Record<string, string>> = { NT210: 'North West England' };

/** Left out, and why. */
export const dropped: Readonly<Record<string, string>> = {
  ...why(
    'closed, or no longer a hospital',
    'RVJ20 RRV20 RQ8MG RN7C1 RWF35 RDEEB RAX60 RX34F RRVRN RFRDG RGD17 RXH05 RVR06 RR7ER RF4VH RF4CH RWW06 RWW10 RWYC6 RAE2H RH5F1 RNA02 RRE58 RW1Q2 RTDAR RTH45 RTHG4 RTR03 RTR07 RXPCG RXP63 RXP35 RXP69 RE906 R0B1J RE915 RN502 RW605 RBN56 RDZ11 RHU16 RCD4X RHQRC RDYYQ RVRA7 RCF30 RRV92 RRV60 RAX58 RAL80 RBTPP RA228 RCD4Y RK924 RF4CM RVRA1 RXQ92 RWELA RK953 RGT49 RPA88 RCBP9 RCBTV RAE5H RC111',
  ),
  ...why('an office, not a place for patients', 'RTFDY RHQPH RXL64 RWG14 RKEHC RVVP4'),
  ...why(
    "another trust's building under a visitor's code",
    'RHQRT RTH39 RTH18 RGT2V RY309 RY551 RRE4Z RRE4U RREHI RHM0O RCB62 RCBWD RTFCW RF4PH RAL25 RQ8MM RP408 RK965 RTE22 RWELS RBAH4',
  ),
  ...why('in Wales', 'RL105'),
  ...why('a second row for one hospital', 'DX102 NV313 NVC33 NT497 RX301 NQ106'),
};

function why(reason: string, codes: string): Record<string, string> {
  return Object.fromEntries(codes.split(' ').map((code) => [code, reason]));
}
