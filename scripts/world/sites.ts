/** The site table: the source's rows, corrected by the kept tables, in decent case, without what is no place for a patient. */
import { tidy, titleCase } from './casing.ts';
import { need, type Row } from './csv.ts';
import {
  dropped,
  missing,
  providerNames,
  publishedAs,
  siteNames,
  siteProviders,
  siteRegions,
} from './site-corrections.ts';
import { listedSites } from './site-kinds.ts';

export interface SiteEntry {
  readonly code: string;
  readonly name: string;
  readonly address: string;
  readonly postcode: string;
  /** ×10⁴ */
  readonly lat: number;
  readonly lon: number;
  readonly provider: string;
  readonly providerName: string;
  readonly sector: 'NHS' | 'independent';
  readonly region: string;
  /** The code under which a place's own waits are published: its own, or another that it has today. */
  readonly publishedCode: string;
  /** Where its waits are to be looked up: the place's, else the provider's, else ''. */
  readonly waits: string;
}

interface Sources {
  readonly sites: readonly Row[];
  readonly trusts: readonly Row[];
  readonly waits: readonly Row[];
  readonly outcodes: readonly Row[];
}

export function siteTable({ sites: listed, trusts, waits, outcodes }: Sources): SiteEntry[] {
  const sites = [...listed, ...missingRows(listed, trusts, outcodes)];
  const known = new Set(sites.map((row) => need(row, 'ods')));
  const named = [siteNames, siteProviders, siteRegions, dropped, publishedAs].flatMap((table) =>
    Object.keys(table),
  );
  for (const code of [...named, ...listedSites()])
    if (!known.has(code)) throw new Error(`no site ${code} in the source`);

  const published = new Map(waits.map((row) => [need(row, 'provider_code'), need(row, 'provider_name')]));
  const registered = new Map(trusts.map((row) => [need(row, 'ods_code'), need(row, 'name')]));
  return sites
    .filter((row) => !(need(row, 'ods') in dropped))
    .map((row) => {
      const code = need(row, 'ods');
      const provider = siteProviders[code] ?? need(row, 'provider');
      const publishedCode = publishedAs[code] ?? code;
      const name = siteNames[code] ?? cleanName(need(row, 'name'));
      // Trusts have codes R.. and T..; the source's column calls some of their sites independent.
      const isNhs = registered.has(provider) || /^[RT][A-Z0-9]{2}$/.test(provider);
      return {
        code,
        name,
        address: cleanAddress(need(row, 'addr'), [name, need(row, 'name'), name.split(',')[0] ?? '']),
        postcode: need(row, 'postcode'),
        lat: Math.round(Number(need(row, 'lat')) * 10_000),
        lon: Math.round(Number(need(row, 'lon')) * 10_000),
        provider,
        providerName:
          providerNames[provider] ??
          titleCase(
            (isNhs ? registered.get(provider) : published.get(provider)) ?? need(row, 'provider_name'),
          ),
        sector: isNhs ? ('NHS' as const) : ('independent' as const),
        region: (siteRegions[code] ?? need(row, 'region'))
          .replace(/ England$/, '')
          .replace(/^East of$/, 'East of England'),
        publishedCode,
        waits: published.has(publishedCode) ? publishedCode : published.has(provider) ? provider : '',
      };
    });
}

/** A hospital at which the register places its trust, in the site list's columns; its coordinates are its district's. */
function missingRows(listed: readonly Row[], trusts: readonly Row[], outcodes: readonly Row[]): Row[] {
  return Object.entries(missing).map(([code, name]) => {
    const trust = trusts.find((row) => need(row, 'ods_code') === code);
    const outcode =
      trust && outcodes.find((row) => need(row, 'outcode') === need(trust, 'postcode').split(' ')[0]);
    const sibling = listed.find((row) => need(row, 'provider') === code);
    if (!trust || !outcode || !sibling) throw new Error(`cannot place ${code}`);
    const street = ['addr2', 'addr3']
      .map((column) => need(trust, column))
      .filter((line) => /street|road/i.test(line));
    return {
      ods: code,
      name,
      addr: [...street, need(trust, 'town')].join(', '),
      postcode: need(trust, 'postcode'),
      lat: need(outcode, 'lat'),
      lon: need(outcode, 'lon'),
      provider: code,
      provider_name: need(trust, 'name'),
      region: need(sibling, 'region'),
    };
  });
}

/** A former owner's prefix, the owning trust after a dash, and marks for the office go. */
function cleanName(name: string): string {
  return titleCase(
    tidy(name)
      .replace(/^BMI /, '')
      .replace(/ ?- [^-]*\b(NHS|Trust|Services Ltd)\b.*$/i, '')
      .replace(/ \((HQ|Acute|Treliske|Wonford|Floyd Unit)\)/g, '')
      .replace(/ \(([^)]*)\)$/, ', $1')
      .replace(/\bSt (Annes|Clements|Georges|Johns|Lukes|Marks|Martins|Monicas|Oswalds)\b/i, (saint) =>
        saint.replace(/s$/i, "'s"),
      )
      .replace(/ Ltd$/, '')
      .replace(/\bHosp$/, 'Hospital'),
  );
}

/** A telephone number, the owner's name, a department's "care of", a lone dot. */
const notAnAddress = /.*(\b0\d{9,10}\b|\b(Trust|Pct)\b|\bc\/o\b).*|^\W+$/i;

function cleanAddress(address: string, names: readonly string[]): string {
  const seen = new Set(names.map(key));
  const parts = tidy(address)
    .split(/\s*,\s*/)
    .map((part) => titleCase(part.replace(notAnAddress, '').replace(/\s*\([^)]*\)/g, '')))
    .filter((part) => {
      const fresh = part !== '' && part !== 'Greater London' && !seen.has(key(part));
      seen.add(key(part));
      return fresh;
    });
  return parts.join(', ');
}

const key = (text: string) => text.toLowerCase().replace(/[^a-z0-9]/g, '');
