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
import type { Source } from './loader.ts';
import { FileRefused } from './refused.ts';

/** It is held in memory several times over while it is read. */
const bytesMax = 64 * 1024 * 1024;
const entriesMax = 50_000;

const ubrnSystem = 'https://fhir.nhs.uk/Id/UBRN';
const nhsNumberSystem = 'https://fhir.nhs.uk/Id/nhs-number';
const odsSystem = 'https://fhir.nhs.uk/Id/ods-organization-code';

const text = z.string();
const optionalText = z.optional(text);
const identifiers = z.optional(
  z.array(z.object({ system: optionalText, value: optionalText, use: optionalText })),
);
const concept = z.object({
  text: optionalText,
  coding: z.optional(z.array(z.object({ code: optionalText, display: optionalText }))),
});
const reference = z.object({
  reference: optionalText,
  display: optionalText,
  identifier: z.optional(z.object({ system: optionalText, value: optionalText })),
});
type Reference = z.infer<typeof reference>;

const resourceSchema = z.object({ resourceType: text, id: optionalText, identifier: identifiers });
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
const bundleSchema = z.object({
  resourceType: z.literal('Bundle'),
  entry: z.optional(z.array(z.object({ fullUrl: optionalText, resource: z.optional(z.unknown()) }))),
});

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
  return { file, unit: 'entry', rows: () => bundle.rows(), columnName: (column) => paths[column] ?? column };
}

async function readJson(path: string): Promise<unknown> {
  const handle = await open(path);
  try {
    const { size } = await handle.stat();
    if (size > bytesMax)
      throw new FileRefused(
        `has ${Math.ceil(size / 2 ** 20)} MB, at most ${bytesMax / 2 ** 20} MB can be read at once. Split it into several bundles`,
      );
    const bytes = await handle.readFile();
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) as unknown;
  } catch (error) {
    if (error instanceof SyntaxError) throw new FileRefused(`is not JSON: ${error.message.slice(0, 120)}`);
    if (error instanceof TypeError) throw new FileRefused('is not in UTF-8');
    throw error;
  } finally {
    await handle.close();
  }
}

class Bundle {
  readonly #entries: readonly unknown[];
  readonly #byName = new Map<string, unknown>();

  constructor(json: unknown) {
    const parsed = bundleSchema.safeParse(json);
    if (!parsed.success) throw new FileRefused('is not a FHIR bundle (resourceType "Bundle" with entries)');
    const { entry = [] } = parsed.data;
    if (entry.length > entriesMax)
      throw new FileRefused(
        `has ${entry.length.toLocaleString('en-GB')} entries, at most ${entriesMax.toLocaleString('en-GB')} can be read at once. Split it into several bundles`,
      );
    this.#entries = entry.map(({ resource }) => resource);
    for (const { fullUrl, resource } of entry) {
      const named = resourceSchema.safeParse(resource).data;
      if (!named) continue;
      if (named.id !== undefined) this.#byName.set(`${named.resourceType}/${named.id}`, resource);
      if (fullUrl !== undefined) this.#byName.set(fullUrl, resource);
      for (const { system, value } of named.identifier ?? [])
        if (system !== undefined && value !== undefined) this.#byName.set(`${system}|${value}`, resource);
    }
  }

  *rows(): Generator<RawRow> {
    for (const [n, resource] of this.#entries.entries()) {
      const { resourceType } = resourceSchema.safeParse(resource).data ?? {};
      if (resourceType === 'ServiceRequest') yield { line: n + 1, ...this.#row(resource) };
      else if (resourceType === undefined)
        yield { line: n + 1, cells: {}, fault: notRead('entry', 'is not a resource') };
    }
  }

  #row(resource: unknown): Omit<RawRow, 'line'> {
    const request = requestSchema.safeParse(resource);
    if (!request.success) return { cells: {}, fault: notRead('ServiceRequest', wrongPlace(request.error)) };
    const { subject, status, identifier, code, category, authoredOn, requester, performer } = request.data;
    const found = this.#resolve(subject);
    const patient = patientSchema.safeParse(found ?? {});
    if (!patient.success) return { cells: {}, fault: notRead('Patient', wrongPlace(patient.error)) };
    const person = patient.data;
    const cells = {
      ubrn: valueOf(identifier, ubrnSystem),
      ...personCells(person),
      practice: this.#practice(requester) ?? this.#practiceOf(person),
      referrer: this.#referrer(requester),
      specialty: wordOf(category?.[0]),
      clinic_type: wordOf(code),
      priority: priorityOf(request.data),
      shortlist: (performer ?? [])
        .map(serviceOf)
        .filter((id) => id !== undefined)
        .join('|'),
      referred_at: authoredOn,
    };
    const row = {
      cells: Object.fromEntries(Object.entries(cells).map(([name, cell]) => [name, cell ?? ''])),
    };
    if (status !== 'active')
      return {
        ...row,
        fault: {
          column: 'ServiceRequest.status',
          reason: `is ${status.slice(0, 40)}: only active requests are taken`,
        },
      };
    if (!found)
      return {
        ...row,
        fault: { column: 'ServiceRequest.subject', reason: 'names a patient who is not in the bundle' },
      };
    return row;
  }

  #resolve({ reference: name, identifier }: Reference): unknown {
    const byName =
      name === undefined
        ? undefined
        : (this.#byName.get(name) ?? this.#byName.get(name.split('/').slice(-2).join('/')));
    return byName ?? (identifier && this.#byName.get(`${identifier.system ?? ''}|${identifier.value ?? ''}`));
  }

  /** The ODS code of whoever asked, be it named as an organisation or as somebody's role in one. */
  #practice(who: Reference | undefined): string | undefined {
    if (!who) return undefined;
    if (who.identifier?.system === odsSystem) return who.identifier.value;
    const resource = this.#resolve(who);
    const organisation = resourceSchema.safeParse(resource).data;
    if (organisation?.resourceType === 'Organization') return valueOf(organisation.identifier, odsSystem);
    return this.#practice(roleSchema.safeParse(resource).data?.organization);
  }

  #practiceOf({ generalPractitioner = [], managingOrganization }: z.infer<typeof patientSchema>) {
    return [...generalPractitioner, managingOrganization]
      .map((who) => this.#practice(who))
      .find((code) => code !== undefined);
  }

  #referrer(who: Reference | undefined): string | undefined {
    if (!who || who.display !== undefined) return who?.display;
    const resource = this.#resolve(who);
    const role = roleSchema.safeParse(resource).data?.practitioner;
    if (role) return this.#referrer(role);
    const name = practitionerSchema.safeParse(resource).data?.name?.[0];
    return name && [...(name.given ?? []), name.family ?? ''].join(' ').trim();
  }
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

/** The place and never the value: reports travel. */
function wrongPlace(error: {
  readonly issues: readonly { readonly path: readonly PropertyKey[] }[];
}): string {
  const path = error.issues[0]?.path.map(String).join('.') ?? '';
  return path === '' ? 'is not as FHIR R4 has it' : `has ${path} not as FHIR R4 has it`;
}
