/**
 * A FHIR R4 bundle as a set of named resources: what is in it, and which of them a reference means. What two entries that
 * differ answer to is in doubt, and nobody is guessed at.
 */
import { isDeepStrictEqual } from 'node:util';
import { z } from '#lib/domain/zod.ts';
import { FileRefused } from './refused.ts';

const entriesMax = 50_000;

export const text = z.string();
export const optionalText = z.optional(text);
export const identifiers = z.optional(
  z.array(z.object({ system: optionalText, value: optionalText, use: optionalText })),
);
export const reference = z.object({
  reference: optionalText,
  display: optionalText,
  identifier: z.optional(z.object({ system: optionalText, value: optionalText })),
});
export type Reference = z.infer<typeof reference>;

const resourceSchema = z.object({ resourceType: text, id: optionalText });
export const identifiedSchema = z.object({ identifier: identifiers });
const bundleSchema = z.object({
  resourceType: z.literal('Bundle'),
  entry: z.optional(z.array(z.object({ fullUrl: optionalText, resource: z.optional(z.unknown()) }))),
});

/** A resource, and where it stands: what it refers to is named from there. */
export interface Entry {
  /** Undefined where it is no resource. */
  readonly type: string | undefined;
  readonly resource: unknown;
  /** Of the server that its `fullUrl` is of; undefined where that is no such address. */
  readonly root: string | undefined;
}

/** Two that differ go by one name. Nobody is guessed at: whoever is named so is in doubt. */
export const ambiguous = Symbol('ambiguous');
export type Ambiguous = typeof ambiguous;

export class Bundle {
  readonly entries: readonly Entry[];
  /** By `fullUrl`, by "type/id" and by "type|system|value". */
  readonly #byName = new Map<string, Entry | Ambiguous>();

  constructor(json: unknown) {
    const parsed = bundleSchema.safeParse(json);
    if (!parsed.success) throw new FileRefused('is not a FHIR bundle (resourceType "Bundle" with entries)');
    const { entry: all = [] } = parsed.data;
    if (all.length > entriesMax)
      throw new FileRefused(
        `has ${all.length.toLocaleString('en-GB')} entries, at most ${entriesMax.toLocaleString('en-GB')} can be read at once. Split it into several bundles`,
      );
    this.entries = all.map(({ fullUrl, resource }) => {
      const { resourceType: type, id } = resourceSchema.safeParse(resource).data ?? {};
      const entry: Entry = { type, resource, root: rootOf(fullUrl) };
      if (fullUrl !== undefined) this.#name(fullUrl, entry);
      if (type !== undefined && id !== undefined) this.#name(`${type}/${id}`, entry);
      const { identifier = [] } = identifiedSchema.safeParse(resource).data ?? {};
      for (const { system, value } of identifier)
        if (type !== undefined && system !== undefined && value !== undefined)
          this.#name(`${type}|${system}|${value}`, entry);
      return entry;
    });
  }

  #name(name: string, entry: Entry): void {
    const other = this.#byName.get(name) ?? entry;
    this.#byName.set(name, isSame(other, entry) ? other : ambiguous);
  }

  /**
   * What an entry refers to, by R4's rules for bundles (hl7.org/fhir/R4/bundle.html#references): an address is looked for as it
   * is; "type/id" is of the server that the entry itself is of, and where that is not said, of the one entry that goes by it.
   */
  resolve(
    { reference: name, identifier }: Reference,
    from: Entry,
    types: readonly string[],
  ): Entry | Ambiguous | undefined {
    const address = name === undefined || isAbsolute(name) ? name : `${from.root ?? ''}${name}`;
    const named = [
      address,
      ...types.map((type) => identifier && `${type}|${identifier.system ?? ''}|${identifier.value ?? ''}`),
    ];
    const found = named
      .map((each) => (each === undefined ? undefined : this.#byName.get(each)))
      .filter((each) => each === ambiguous || types.includes(each?.type ?? ''));
    const [first] = found;
    return found.every((each) => isSame(each, first)) ? first : ambiguous;
  }
}

/** What is nested too deep to be compared is not known to be the same. */
function isSame(one: unknown, other: unknown): boolean {
  try {
    return isDeepStrictEqual(one, other);
  } catch {
    return false;
  }
}

const isAbsolute = (address: string) => /^[a-z][a-z\d+.-]*:/i.test(address);

/** "https://a.example/fhir/" of "https://a.example/fhir/Patient/1". */
function rootOf(fullUrl = ''): string | undefined {
  return /^(https?:\/\/.+\/)[A-Z][A-Za-z]*\/[A-Za-z\d.-]{1,64}(?:\/_history\/[A-Za-z\d.-]{1,64})?$/.exec(
    fullUrl,
  )?.[1];
}
