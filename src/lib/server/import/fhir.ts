/**
 * Referrals as FHIR R4 bundles of ServiceRequest and Patient: each request becomes a row of the same columns as a CSV file, so
 * that one set of rules is asked of both. What a bundle does not say is an empty cell.
 *
 *   ServiceRequest.identifier (UBRN)      ubrn          Patient.identifier (NHS number)       nhs_number
 *   .priority, eRS-Priority               priority      … with use "old"                      former_nhs_number
 *   .category, .code                      specialty,    .name, .birthDate, .gender            names, birth_date, sex
 *                                         clinic_type   .telecom (phone), .address            phone, address, postcode
 *   .authoredOn                           referred_at   .meta.security R, V                   restricted
 *   .performer (HealthcareService)        shortlist     .generalPractitioner, .managingOrganization   practice
 *   .requester                            referrer, practice
 */
import { open } from 'node:fs/promises';
import { z } from '#lib/domain/zod.ts';
import type { Fault, RawRow } from './cells.ts';
import {
  ambiguous,
  Bundle,
  identifiedSchema,
  identifiers,
  optionalText,
  reference,
  text,
  type Ambiguous,
  type Entry,
  type Reference,
} from './fhir-bundle.ts';
import { placeOfFault } from './json-place.ts';
import type { Source } from './loader.ts';
import { FileRefused } from './refused.ts';

/** It is held in memory several times over while it is read. */
const bytesMax = 64 * 1024 * 1024;

const ubrnSystem = 'https://fhir.nhs.uk/Id/UBRN';
const nhsNumberSystem = 'https://fhir.nhs.uk/Id/nhs-number';
const odsSystem = 'https://fhir.nhs.uk/Id/ods-organization-code';

const concept = z.object({
  text: optionalText,
  coding: z.optional(z.array(z.object({ code: optionalText, display: optionalText }))),
});
const requestSchema = z.object({
  identifier: identifiers,
  status: text,
  priority: optionalText,
  extension: z.optional(
    z.array(
      z.object({
        url: text,
        valueCode: optionalText,
        valueString: optionalText,
        valueCoding: z.optional(z.object({ code: optionalText })),
        valueCodeableConcept: z.optional(concept),
      }),
    ),
  ),
  category: z.optional(z.array(concept)),
  code: z.optional(concept),
  subject: reference,
  requester: z.optional(reference),
  performer: z.optional(z.array(reference)),
  authoredOn: optionalText,
});
const patientSchema = z.object({
  identifier: identifiers,
  name: z.optional(
    z.array(z.object({ use: optionalText, family: optionalText, given: z.optional(z.array(text)) })),
  ),
  birthDate: optionalText,
  gender: optionalText,
  telecom: z.optional(z.array(z.object({ system: optionalText, use: optionalText, value: optionalText }))),
  address: z.optional(
    z.array(
      z.object({
        use: optionalText,
        text: optionalText,
        line: z.optional(z.array(text)),
        city: optionalText,
        postalCode: optionalText,
      }),
    ),
  ),
  meta: z.optional(z.object({ security: z.optional(z.array(z.object({ code: optionalText }))) })),
  generalPractitioner: z.optional(z.array(reference)),
  managingOrganization: z.optional(reference),
});
const roleSchema = z.object({
  organization: z.optional(reference),
  practitioner: z.optional(reference),
});
const practitionerSchema = z.object({ name: patientSchema.shape.name });
/** Where a sender looks for what a column was read from. */
const paths: Readonly<Record<string, string>> = {
  ubrn: 'ServiceRequest.identifier',
  nhs_number: 'Patient.identifier',
  former_nhs_number: 'Patient.identifier',
  family_name: 'Patient.name',
  given_name: 'Patient.name',
  birth_date: 'Patient.birthDate',
  sex: 'Patient.gender',
  phone: 'Patient.telecom',
  address: 'Patient.address',
  postcode: 'Patient.address',
  restricted: 'Patient.meta.security',
  practice: 'ServiceRequest.requester',
  referrer: 'ServiceRequest.requester',
  specialty: 'ServiceRequest.category',
  clinic_type: 'ServiceRequest.code',
  priority: 'ServiceRequest.priority',
  shortlist: 'ServiceRequest.performer',
  referred_at: 'ServiceRequest.authoredOn',
};

export async function bundleSource(path: string, file: string): Promise<Source> {
  const bundle = new Bundle(await readJson(path));
  return { file, unit: 'entry', rows: () => rowsOf(bundle), columnName: (column) => paths[column] ?? column };
}

async function readJson(path: string): Promise<unknown> {
  const handle = await open(path);
  try {
    const { size } = await handle.stat();
    if (size > bytesMax)
      throw new FileRefused(
        `has ${Math.ceil(size / 2 ** 20)} MB, at most ${bytesMax / 2 ** 20} MB can be read at once. Split it into several bundles`,
      );
    return jsonOf(textOf(await handle.readFile()));
  } finally {
    await handle.close();
  }
}

function textOf(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new FileRefused('is not in UTF-8');
  }
}

function jsonOf(json: string): unknown {
  try {
    return JSON.parse(json) as unknown;
  } catch {
    const { line, character } = placeOfFault(json);
    const [atLine, atCharacter] = [line, character].map((n) => n.toLocaleString('en-GB'));
    throw new FileRefused(`is not JSON from line ${atLine}, character ${atCharacter} on`);
  }
}

/** Who may have asked. */
const askers: readonly string[] = ['Organization', 'PractitionerRole', 'Practitioner'];

function* rowsOf(bundle: Bundle): Generator<RawRow> {
  for (const [n, entry] of bundle.entries.entries()) {
    if (entry.type === 'ServiceRequest') yield { line: n + 1, ...rowOf(bundle, entry) };
    else if (entry.type === undefined)
      yield { line: n + 1, cells: {}, fault: notRead('entry', 'is not a resource') };
  }
}

function rowOf(bundle: Bundle, entry: Entry): Omit<RawRow, 'line'> {
  const request = requestSchema.safeParse(entry.resource);
  if (!request.success) return { cells: {}, fault: notRead('ServiceRequest', wrongPlace(request.error)) };
  const { subject, status, identifier, code, category, authoredOn, requester, performer } = request.data;
  if (status !== 'active')
    return {
      cells: {},
      fault: notRead('ServiceRequest.status', `${said(status)}: only active requests are taken`),
    };
  const found = bundle.resolve(subject, entry, ['Patient']);
  if (!found)
    return {
      cells: {},
      fault: notRead('ServiceRequest.subject', 'names a patient who is not in the bundle'),
    };
  if (found === ambiguous) return { cells: {}, fault: inDoubt('ServiceRequest.subject') };
  const patient = patientSchema.safeParse(found.resource);
  if (!patient.success) return { cells: {}, fault: notRead('Patient', wrongPlace(patient.error)) };
  const asking = practiceAsking(bundle, requester, entry);
  const practice = asking ?? practiceOf(bundle, patient.data, found);
  const referrer = referrerNamed(bundle, requester, entry);
  if (asking === ambiguous || referrer === ambiguous)
    return { cells: {}, fault: inDoubt('ServiceRequest.requester') };
  if (practice === ambiguous) return { cells: {}, fault: inDoubt('Patient.generalPractitioner') };
  const cells = {
    ubrn: valueOf(identifier, ubrnSystem),
    ...personCells(patient.data),
    practice,
    referrer,
    specialty: wordOf(category?.[0]),
    clinic_type: wordOf(code),
    priority: priorityOf(request.data),
    shortlist: (performer ?? [])
      .map(serviceOf)
      .filter((id) => id !== undefined)
      .join('|'),
    referred_at: authoredOn,
  };
  return { cells: Object.fromEntries(Object.entries(cells).map(([name, cell]) => [name, cell ?? ''])) };
}

/** The ODS code of whoever asked, be it named as an organisation or as somebody's role in one. */
function practiceAsking(
  bundle: Bundle,
  who: Reference | undefined,
  from: Entry,
  types = askers,
): string | Ambiguous | undefined {
  if (!who) return undefined;
  if (who.identifier?.system === odsSystem) return who.identifier.value;
  const found = bundle.resolve(who, from, types);
  if (!found || found === ambiguous) return found;
  if (found.type === 'Organization')
    return valueOf(identifiedSchema.safeParse(found.resource).data?.identifier, odsSystem);
  // From a role only on to an organisation: a role that names a role may lead round in a circle.
  return practiceAsking(bundle, roleSchema.safeParse(found.resource).data?.organization, found, [
    'Organization',
  ]);
}

function practiceOf(
  bundle: Bundle,
  { generalPractitioner = [], managingOrganization }: z.infer<typeof patientSchema>,
  from: Entry,
): string | Ambiguous | undefined {
  return [...generalPractitioner, managingOrganization]
    .map((who) => practiceAsking(bundle, who, from))
    .find((practice) => practice !== undefined);
}

function referrerNamed(
  bundle: Bundle,
  who: Reference | undefined,
  from: Entry,
  types = askers,
): string | Ambiguous | undefined {
  if (!who || who.display !== undefined) return who?.display;
  const found = bundle.resolve(who, from, types);
  if (!found || found === ambiguous) return found;
  if (found.type === 'PractitionerRole')
    return referrerNamed(bundle, roleSchema.safeParse(found.resource).data?.practitioner, found, [
      'Practitioner',
    ]);
  const name = practitionerSchema.safeParse(found.resource).data?.name?.[0];
  return name && [...(name.given ?? []), name.family ?? ''].join(' ').trim();
}

function personCells(person: z.infer<typeof patientSchema>) {
  const { identifier, name, birthDate, gender, telecom, address, meta } = person;
  const official = preferred(name, 'official', 'usual');
  const home = preferred(address, 'home');
  const phones = telecom?.filter(({ system }) => system === 'phone');
  const lines = home?.line ? [...home.line, home.city ?? ''].filter(Boolean).join(', ') : home?.text;
  return {
    nhs_number: valueOf(
      identifier?.filter(({ use }) => use !== 'old'),
      nhsNumberSystem,
    ),
    former_nhs_number: valueOf(
      identifier?.filter(({ use }) => use === 'old'),
      nhsNumberSystem,
    ),
    family_name: official?.family,
    given_name: official?.given?.join(' '),
    birth_date: birthDate,
    sex: gender,
    phone: preferred(phones, 'mobile', 'home')?.value,
    address: lines,
    postcode: home?.postalCode,
    // Restricted and very restricted; what a spine has blacked out says so of itself. Nothing here can say "no longer".
    restricted: meta?.security?.some(({ code }) => /^(R|V|REDACTED)$/.test(code ?? '')) ? 'yes' : '',
  };
}

/** Of several, the one of the first of these uses that there is; else the first that is not an old one. */
function preferred<T extends { readonly use?: string | undefined }>(
  all: readonly T[] | undefined,
  ...uses: string[]
) {
  const current = all?.filter(({ use }) => use !== 'old');
  return uses.map((use) => current?.find((each) => each.use === use)).find(Boolean) ?? current?.[0];
}

const valueOf = (all: z.infer<typeof identifiers>, wanted: string) =>
  all?.find(({ system, value }) => system === wanted && value !== undefined)?.value;

const wordOf = (from: z.infer<typeof concept> | undefined) =>
  from?.text ??
  from?.coding?.find(({ display }) => display !== undefined)?.display ??
  from?.coding?.[0]?.code;

/** e-RS has a priority that FHIR has not, and says it in an extension. */
function priorityOf({ priority, extension = [] }: z.infer<typeof requestSchema>): string | undefined {
  const said = extension.find(({ url }) => /eRS-Priority$/i.test(url));
  const code =
    said?.valueCode ??
    said?.valueString ??
    said?.valueCoding?.code ??
    said?.valueCodeableConcept?.coding?.[0]?.code;
  return code?.replace(/[ -]/g, '_').replace(/^2WW$/i, 'TWO_WEEK_WAIT') ?? priority;
}

function serviceOf({ reference: name, identifier }: Reference): string | undefined {
  return identifier?.value ?? /HealthcareService\/([^/]+)$/.exec(name ?? '')?.[1];
}

const notRead = (column: string, reason: string): Fault => ({ column, reason });

const inDoubt = (column: string) =>
  notRead(column, 'fits two entries of the bundle that differ: nobody can tell which is meant');

/** Other words than R4's may be anything, a name among it. */
const said = (status: string) =>
  /^(draft|on-hold|revoked|completed|entered-in-error|unknown)$/.test(status)
    ? `is ${status}`
    : 'is not active';

/** The place and never the value: reports travel. */
function wrongPlace(error: {
  readonly issues: readonly { readonly path: readonly PropertyKey[] }[];
}): string {
  const path = error.issues[0]?.path.map(String).join('.') ?? '';
  return path === '' ? 'is not as FHIR R4 has it' : `has ${path} not as FHIR R4 has it`;
}
