/**
 * A kept table: which of a trust's sites is what. No open list says how big a hospital is or what is done in which building,
 * so this is general knowledge, and the demo world's alone: nobody may take it for a directory.
 */

/** Per trust: acute hospitals, the main one first; after the slash, other sites with a broad outpatient list. */
const acute: Readonly<Record<string, string>> = {
  R0A: 'R0A02 R0A07 RW602 / R0A09 R0A10 R0A08',
  R0B: 'RLNGL RE9GA / RE9GF',
  R0D: 'RDZ20 RD304 / RDZ05',
  R1F: 'R1F01',
  R1H: 'R1HKH R1HNH R1HM0 / R1H13 R1H11',
  R1K: 'R1K01 R1K04 / R1K02 R1K03',
  RA2: 'RA201',
  RA7: 'RA701 RA301 / RA773',
  RA9: 'RA901 / RA957',
  RAE: 'RAE01 RAE05',
  RAJ: 'RQ8L0 RDDH0 RAJ01 / RQ8RR RQ8LJ',
  RAL: 'RAL01 RAL26 RAPNM / RALC7 RALRA RAL22',
  RAN: 'RAN01 / RAN02',
  RAS: 'RAS01 / RAS02',
  RAX: 'RAX01',
  RBD: 'RBD01',
  RBK: 'RBK02',
  RBL: 'RBL14 / RBL20',
  RBN: 'RBN01 RVY01 / RBN02 RVY02',
  RBQ: 'RBQHQ',
  RBS: 'RBS25',
  RBT: 'RBT20 / RBT21',
  RBV: 'RBV01',
  RC9: 'RC971 RC110',
  RCB: 'RCB55 RCBCA / RCBL8',
  RCD: 'RCD01 / RCD02',
  RCF: 'RCF22 / RCF31',
  RCU: 'RCUEF',
  RCX: 'RCX70',
  RD1: 'RD130',
  RD8: 'RD816',
  RDE: 'RDE03 RDEE4',
  RDU: 'RDU01 RDU50 / RDU25',
  REF: 'REF12 / REF01 REF02',
  REM: 'REM REM21',
  REN: 'REN20',
  REP: 'REP01',
  RET: 'RET20',
  RF4: 'RF4QH RF4DG',
  RFF: 'RFFAA',
  RFR: 'RFRPA',
  RFS: 'RFSDA',
  RGM: 'RGM21',
  RGN: 'RGN80 RGN90 / RGN49',
  RGP: 'RGP75',
  RGR: 'RGR50',
  RGT: 'RGT01',
  RH5: 'RBA11 RA430 / RH5K6',
  RH8: 'RH801 RBZ12 / RH802',
  RHM: 'RHM01',
  RHQ: 'RHQHH RHQNG',
  RHU: 'RHU03 / RHU02',
  RHW: 'RHW01',
  RJ1: 'RJ122 RJ121 RT302 / RT301',
  RJ2: 'RJ224 RJ231',
  RJ6: 'RJ611 / RJ613',
  RJ7: 'RJ701 / RJ731',
  RJC: 'RJC02 / RJC03',
  RJE: 'RJE01 RJE09',
  RJL: 'RJL30 RJL32',
  RJN: 'RJN71',
  RJR: 'RJR05 / RJR60',
  RJZ: 'RJZ01 RJZ30 / RJZ70',
  RK5: 'RK5BC / RK5HP',
  RK9: 'RK950',
  RKB: 'RKB01 / RKB03',
  RKE: 'RKEQ4',
  RL1: 'RL131',
  RL4: 'RL403 / RL4TC',
  RLQ: 'RLQ01',
  RLT: 'RLT01',
  RM1: 'RM102 / RM131',
  RM3: 'RM301 RW603 RW601 / RW604',
  RMC: 'RMC01',
  RMP: 'RMP01',
  RN3: 'RN325',
  RN5: 'RN506 RN541 / RN542',
  RN7: 'RN707',
  RNA: 'RNA01 / RNA04',
  RNN: 'RNN / RNNBE RNNYY',
  RNQ: 'RNQ51',
  RNS: 'RNS01',
  RNZ: 'RNZ02',
  RP4: 'RP401',
  RP5: 'RP5DR RP5BA / RP5MM',
  RP6: 'RP601',
  RPA: 'RPA02',
  RPC: 'RPC04',
  RPY: 'RPY01 RPY02',
  RQ3: 'RQ301',
  RQM: 'RQM01 RQM91',
  RQW: 'RQWG0 / RQWG1',
  RQX: 'RQXM1',
  RR7: 'RR7EN',
  RR8: 'RR813 RR801 / RR807 RR819 RR814',
  RRF: 'RRF02 / RRF01',
  RRJ: 'RRJ05',
  RRK: 'RRK15 RRK97 RRK98 / RRK99',
  RRV: 'RRV03',
  RTD: 'RTD02 RTD01 / RTD13',
  RTE: 'RTE03 RTE01',
  RTF: 'RTFFS RTFED / RTFDR RTFDJ',
  RTG: 'RTGFG RTG02 / RTGFA RTG54 RTG50',
  RTH: 'RTH08 RTH02 RTH05',
  RTK: 'RTK01 / RTK02',
  RTP: 'RTP04',
  RTR: 'RTRAT / RTR45',
  RTX: 'RTX02 RTXBU / RTXBW',
  RVJ: 'RVJ01 / RVJ21',
  RVR: 'RVR05 RVR50',
  RVV: 'RVV01 RVV09 RVVKC / RVV02',
  RVW: 'RVWAE / RVWAA',
  RWA: 'RWA01 RWA16',
  RWD: 'RWDDA RWDLA / RWDLP RWDAA',
  RWE: 'RWEAA RWEAE RWEAK',
  RWF: 'RWFTW RWF03',
  RWG: 'RWG02 / RWG03 RWG08',
  RWH: 'RWH01 / RWH20 RWH23',
  RWJ: 'RWJ09',
  RWP: 'RWP50 RWP01 / RWP31',
  RWW: 'RWWWH / RWWHG',
  RWY: 'RWY02 RWY01',
  RX1: 'RX1RA RX1CC / RX1AA',
  RXC: 'RXC02 RXC01 / RXC03',
  RXF: 'RXF05 / RXF10 RXF03',
  RXK: 'RXK02 RXK01 / RXK10',
  RXL: 'RXL01',
  RXN: 'RXN02 / RXN01',
  RXP: 'RXPCP RXPDA / RXPBA RXPCW',
  RXQ: 'RXQ02 / RXQ50 RXQ51',
  RXR: 'RXR20 RXR10',
  RXW: 'RXWAS RXWAT',
  RYJ: 'RYJ02 RYJ01 RYJ03',
  RYR: 'RXH01 RYR18 RYR16 / RXH09 RYR14',
};

/** Buildings for some specialties alone: site code → kind. The rest are told by their names. */
const special: Readonly<Record<string, Kind>> = {
  R0A05: 'women',
  R1HM0: 'heart',
  RA707: 'women',
  RD115: 'rheumatology',
  RDD02: 'skin',
  RDD03: 'skin',
  RGT32: 'women',
  RHM12: 'women',
  RHQWP: 'cancer',
  RQ370: 'women',
  RRF53: 'bones',
  RRVNQ: 'nerves',
  RRVRH: 'tropical',
  RRV30: 'heart',
  RRVP5: 'ears',
  RT301: 'heart',
  RT302: 'heart',
  RTE57: 'breast',
  RXH60: 'bones',
  RYJ04: 'women',
};

const kindSlugs = {
  eyes: 'ophthalmology',
  teeth: 'dentistry oral',
  children: 'children',
  women: 'gynaecology obstetrics',
  bones: 'orthopaedics rheumatology pain physiotherapy sports',
  heart: 'cardiology cardiothoracic respiratory',
  nerves: 'neurology neurosurgery rehabilitation',
  ears: 'ent dentistry physiology',
  rheumatology: 'rheumatology pain',
  cancer: 'haematology',
  breast: 'breast',
  tropical: 'infectious',
  skin: 'dermatology',
} as const satisfies Readonly<Record<string, string>>;
export type Kind = keyof typeof kindSlugs;

export const slugsOfKind = (kind: Kind): readonly string[] => kindSlugs[kind].split(' ');

export type Part = 'main' | 'broad' | 'special' | 'community';

export interface Role {
  readonly part: Part;
  /** 0 for the trust's main hospital. */
  readonly rank: number;
  readonly kind: Kind | undefined;
}

export const isAcuteTrust = (provider: string) => provider in acute;

export function roleOf(provider: string, site: string, name: string): Role {
  const [main = [], broad = []] = (acute[provider] ?? '').split('/').map((part) => part.trim().split(' '));
  const kind = special[site] ?? kindByName(name);
  const rank = main.indexOf(site);
  // A specialist trust's own hospital is its main one, and does all that the trust does.
  if (rank === 0) return { part: 'main', rank, kind: undefined };
  if (kind !== undefined) return { part: 'special', rank: 0, kind };
  if (rank > 0) return { part: 'main', rank, kind: undefined };
  if (broad.includes(site)) return { part: 'broad', rank: broad.indexOf(site), kind: undefined };
  return { part: 'community', rank: 0, kind: undefined };
}

function kindByName(name: string): Kind | undefined {
  if (/\bEye\b/.test(name)) return 'eyes';
  if (/Dental/.test(name)) return 'teeth';
  if (/Child/.test(name)) return 'children';
  if (/\bHeart\b/.test(name)) return 'heart';
  if (/Orthopaedic/.test(name)) return 'bones';
  return undefined;
}

export function listedSites(): readonly string[] {
  return [...Object.values(acute).flatMap((sites) => sites.split(/[ /]+/)), ...Object.keys(special)];
}
